"""A basic block that weighs its channels, for the photo backbone.

Two changes to the basic block (tlcore.networks.vision.residual), at nearly the same cost: channels
are weighed by what the whole map shows (Hu et al. 2017, arXiv:1709.01507), and a shortcut that
halves the map averages instead of leaving three places of four out (He et al. 2018,
arXiv:1812.01187).
"""

from __future__ import annotations

import torch
from torch import nn

from tlcore.networks.vision.residual import BasicBlock


class Squeeze(nn.Module):
    """Each channel times a number between 0 and 1 that the means of all channels tell."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.reduce = nn.Linear(width, width // 8)
        self.expand = nn.Linear(width // 8, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        told = torch.relu(self.reduce(x.mean((2, 3))))
        return x * torch.sigmoid(self.expand(told))[:, :, None, None]


class SqueezeBlock(BasicBlock):
    """relu(shortcut(x) + weighed(f(x))), with the f of a basic block."""

    def __init__(self, before: int, width: int, stride: int) -> None:
        super().__init__(before, width, stride)
        self.squeeze = Squeeze(width)
        if stride != 1:
            self.shortcut = nn.Sequential(
                nn.AvgPool2d(stride),
                nn.Conv2d(before, width, 1, bias=False),
                nn.BatchNorm2d(width),
            )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.shortcut(x) + self.squeeze(self.bn2(self.conv2(y))))
