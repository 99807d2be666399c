"""A backbone from what its module offers: blocks, and weights that are read into them."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import nn

from tlcore.networks import seeds
from tlcore.networks.backbone import RANDOM, Backbone, InputSpec


class Module(Protocol):
    """A module, or an object that stands for one."""

    @property
    def CHANNELS(self) -> tuple[int, ...]: ...
    @property
    def INPUT(self) -> InputSpec: ...
    def blocks(self) -> nn.Sequential: ...
    def read(self) -> tuple[dict[str, torch.Tensor], str]: ...


def made(name: str, module: Module, pretrained: bool, seed: int) -> Backbone:
    """With the weights that `module.read()` gives, or with random ones that depend on `seed` only.

    Raises what `read` raises.
    """
    named = RANDOM
    if pretrained:
        state, named = module.read()
        with torch.device("meta"):  # shapes only: random weights are not drawn to be replaced
            blocks = module.blocks()
        blocks.load_state_dict(state, assign=True)
    else:
        with seeds.fork(seed, "backbone", name):
            blocks = module.blocks()
    return Backbone(name, blocks, module.CHANNELS, module.INPUT, named)
