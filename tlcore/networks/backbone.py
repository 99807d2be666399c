"""A backbone: a row of named blocks counted from the input, and what it wants to be given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn
from torch.nn import functional as F

RANDOM = "random"  # names weights that nobody has trained


@dataclass(frozen=True)
class InputSpec:
    """What the first block expects: square pictures of `size` px, normalised per channel."""

    size: int
    channels: int
    mean: tuple[float, ...]
    std: tuple[float, ...]


@dataclass(frozen=True)
class TextInput(InputSpec):
    """What the first block of a text backbone expects: ids (N, T), T at most `size`, padded on the
    right with `pad`.  Of pictures nothing is said: no channels, no mean, no spread.

    `pooled`: how a head reads a text, the mean over its words or its last one."""

    vocabulary: int = 0
    pad: int = 0
    pooled: Literal["mean", "last"] = "mean"

    @property
    def longest(self) -> int:
        """Tokens, [CLS] and [SEP] among them."""
        return self.size


@dataclass
class Backbone:
    """Blocks compose: `blocks(x)` is the feature map under the head.

    Of a text backbone it is (N, T, channels + 1), see tlcore.networks.text.text_blocks.

    `channels[i]` is the number of channels after block i+1, so a head can sit on any of them.
    `weights_sha256` names the pre-trained weights ("random" where there are none).
    """

    name: str
    blocks: nn.Sequential
    channels: tuple[int, ...]
    input: InputSpec
    weights_sha256: str


def prepare(images: torch.Tensor, spec: InputSpec) -> torch.Tensor:
    """uint8 (N, C, H, W) -> float32 (N, spec.channels, spec.size, spec.size), normalised.

    Grey pictures are repeated over the channels a colour backbone wants; colour pictures become
    grey (Rec. 601 luma) for a grey one.  Resizing is bilinear with antialiasing.
    """
    x = images.to(torch.float32) / 255
    if x.shape[1] == 1 and spec.channels == 3:
        x = x.expand(-1, 3, -1, -1)
    elif x.shape[1] == 3 and spec.channels == 1:
        luma = x.new_tensor((0.299, 0.587, 0.114)).view(1, 3, 1, 1)
        x = (x * luma).sum(1, keepdim=True)
    if x.shape[-2:] != (spec.size, spec.size):
        x = F.interpolate(x, (spec.size, spec.size), mode="bilinear", antialias=True)
    mean = x.new_tensor(spec.mean).view(1, -1, 1, 1)
    std = x.new_tensor(spec.std).view(1, -1, 1, 1)
    return (x - mean) / std


def ready(given: torch.Tensor, spec: InputSpec) -> torch.Tensor:
    """What the first block takes: pictures are prepared, ids of a text are ready as they are.

    Not a part of `prepare`, which stands in the scripts that are taken home: they know pictures.
    """
    return given if isinstance(spec, TextInput) else prepare(given, spec)
