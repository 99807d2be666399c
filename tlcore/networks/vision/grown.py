"""The tiny residual network that is pre-trained while one watches: five blocks, grey, 28 px.

The maps are 14, 14, 7, 7 and 4 px wide.  Small on purpose: one thread trains it in a minute.
"""

from __future__ import annotations

from torch import nn

from tlcore.networks.backbone import InputSpec
from tlcore.networks.vision import residual

# Mean and spread of the pixels of 6,000 digits in many fonts; a source of its own would have its
# own, but the network that starts from nothing must see the same pictures as the one that does not.
INPUT = InputSpec(size=28, channels=1, mean=(0.2691,), std=(0.1917,))
STEM_CHANNELS = 16
BASIC_BLOCKS = ((16, 1), (32, 2), (32, 1), (64, 2))  # width, stride
BLOCK = residual.BasicBlock
CHANNELS = (STEM_CHANNELS, *(width for width, _ in BASIC_BLOCKS))


def blocks() -> nn.Sequential:
    """The five blocks, randomly initialised: (N, 1, 28, 28) -> (N, 64, 4, 4)."""
    return residual.row(INPUT.channels, STEM_CHANNELS, BASIC_BLOCKS, BLOCK)
