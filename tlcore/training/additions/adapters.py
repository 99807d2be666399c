"""Adapters: blocks that stay as they were, and a small bottleneck behind each that learns.

    y = block(x)        y + up(relu(down(y)))        up is zero at the start: nothing changes yet

The bottleneck with a shortcut is that of Houlsby et al. 2019 (arXiv:1902.00751); on maps it is made
of 1x1 convolutions, as the adapters of Rebuffi et al. 2017 (arXiv:1705.08045) are.  In a layer of
a text encoder stand two of them, where the paper puts them
(tlcore.training.additions.text_adapters).  A relu stands in it, so it cannot be put into the
block's own weights: the network keeps it.  A step costs 0.7 to 0.8 of a full fine-tune's (`photo`,
`clothing`, batch 32, fp32, one core): the gradient passes every block, though no weight of it needs
one.
"""

from __future__ import annotations

import torch
from torch import nn


def bottleneck(channels: int) -> int:
    """Width of an adapter: an eighth of the channels, at least 4."""
    return max(4, channels // 8)


class Adapter(nn.Module):
    """(N, channels, H, W) -> the same shape: down to a few channels, relu, up again, added."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.down = nn.Conv2d(channels, bottleneck(channels), 1)
        self.up = nn.Conv2d(bottleneck(channels), channels, 1)
        for weight in self.up.parameters():
            nn.init.zeros_(weight)

    def forward(self, y: torch.Tensor) -> torch.Tensor:
        added: torch.Tensor = self.up(torch.relu(self.down(y)))
        return y + added


class Adapted(nn.Module):
    """A block, and an adapter behind it."""

    def __init__(self, block: nn.Module, channels: int) -> None:
        super().__init__()
        self.block = block
        self.adapter = Adapter(channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        adapted: torch.Tensor = self.adapter(self.block(x))
        return adapted


def fitted(block: nn.Module, channels: int) -> nn.Module:
    """The block and its adapter, as one."""
    return Adapted(block, channels)


def additions(block: nn.Module) -> nn.ModuleList:
    """What was added to a block."""
    return nn.ModuleList(part for part in block.modules() if isinstance(part, Adapter))


def counted(block: nn.Module, channels: int) -> tuple[int, int]:
    """Numbers of an adapter, and numbers of the block's own that learn: none."""
    return size(channels), 0


def size(channels: int) -> int:
    """How many numbers learn in an adapter: two matrices and their biases."""
    return 2 * channels * bottleneck(channels) + bottleneck(channels) + channels


TAKEN = (bottleneck, Adapter, Adapted, fitted)  # by an exported file, beside `additions`
