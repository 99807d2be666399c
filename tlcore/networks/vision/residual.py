"""Small residual networks as a row of blocks: a stem, then basic blocks.

A basic block is two 3x3 convolutions and a shortcut around them (He et al. 2016,
arXiv:1512.03385, figure 5 left).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import torch
from torch import nn


class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut around them: relu(shortcut(x) + f(x))."""

    def __init__(self, before: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, width, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or before != width:
            self.shortcut = nn.Sequential(
                nn.Conv2d(before, width, 1, stride, bias=False), nn.BatchNorm2d(width)
            )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.shortcut(x) + self.bn2(self.conv2(y)))


def row(
    colours: int,
    stem: int,
    basic: Sequence[tuple[int, int]],
    block: type[BasicBlock],
) -> nn.Sequential:
    """A 3x3 stem with stride 2 and `stem` channels, then a `block` for each (width, stride).

    Randomly initialised: He et al. 2015, arXiv:1502.01852.
    """
    first = nn.Sequential(
        nn.Conv2d(colours, stem, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(stem),
        nn.ReLU(),
    )
    named: OrderedDict[str, nn.Module] = OrderedDict(stem=first)
    before = stem
    for number, (width, stride) in enumerate(basic, start=2):
        named[f"block{number}"] = block(before, width, stride)
        before = width
    blocks = nn.Sequential(named)
    for module in blocks.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    return blocks
