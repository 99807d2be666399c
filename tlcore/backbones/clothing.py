"""The small residual network that this project pre-trains itself: eight blocks, 0.99 M parameters.

A stem and seven basic residual blocks (He et al. 2016, arXiv:1512.03385, figure 5 left) on grey
pictures of 28 px.  The maps are 14, 14, 14, 7, 7, 4, 4 and 4 px wide.
"""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn

from tlcore.backbones.backbone import InputSpec

# Mean and spread of the pixels of the six source classes (36,000 training pictures).
INPUT = InputSpec(size=28, channels=1, mean=(0.2805,), std=(0.3544,))
STEM_CHANNELS = 32
BASIC_BLOCKS = ((32, 1), (32, 1), (64, 2), (64, 1), (128, 2), (128, 1), (128, 1))  # width, stride
CHANNELS = (STEM_CHANNELS, *(width for width, _ in BASIC_BLOCKS))


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


def blocks() -> nn.Sequential:
    """The eight blocks, randomly initialised: (N, 1, 28, 28) -> (N, 128, 4, 4)."""
    stem = nn.Sequential(
        nn.Conv2d(1, STEM_CHANNELS, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(STEM_CHANNELS),
        nn.ReLU(),
    )
    named: OrderedDict[str, nn.Module] = OrderedDict(stem=stem)
    before = STEM_CHANNELS
    for number, (width, stride) in enumerate(BASIC_BLOCKS, start=2):
        named[f"block{number}"] = BasicBlock(before, width, stride)
        before = width
    row = nn.Sequential(named)
    for module in row.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    return row
