"""The same network with convolutions of one size, so that a learning rate means the same in each.

Batch-norm divides by what a convolution is multiplied with: a network computes the same with
weights of any size, but a step of a given rate turns small ones further.  Muon leaves them two to
four times smaller than AdamW does, and each layer's at another size.
"""

from __future__ import annotations

import torch
from torch import nn

# Root mean square of a weight: where AdamW left `photo` when the rates of this app were chosen.
SIZE = 0.155


@torch.no_grad()
def rescale(blocks: nn.Module) -> None:
    """In place.  Every convolution without a bias has to stand right before its batch-norm in the
    order of `modules()`."""
    modules = [module for module in blocks.modules() if not list(module.children())]
    for layer, norm in zip(modules, modules[1:], strict=False):
        if isinstance(layer, nn.Conv2d):
            assert isinstance(norm, nn.BatchNorm2d)
            assert layer.bias is None
            times = SIZE / layer.weight.square().mean().sqrt()
            layer.weight *= times
            norm.get_buffer("running_mean").mul_(times)
            norm.get_buffer("running_var").mul_(times**2)
