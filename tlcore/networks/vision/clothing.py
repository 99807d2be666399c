"""The small residual network for garments: eight blocks, 0.99 M parameters, grey, 28 px.

The maps are 14, 14, 14, 7, 7, 4, 4 and 4 px wide.
"""

from __future__ import annotations

from torch import nn

from tlcore.networks.backbone import InputSpec
from tlcore.networks.vision import residual

# Mean and spread of the pixels of the six source classes (36,000 training pictures).
INPUT = InputSpec(size=28, channels=1, mean=(0.2805,), std=(0.3544,))
STEM_CHANNELS = 32
BASIC_BLOCKS = ((32, 1), (32, 1), (64, 2), (64, 1), (128, 2), (128, 1), (128, 1))  # width, stride
BLOCK = residual.BasicBlock
CHANNELS = (STEM_CHANNELS, *(width for width, _ in BASIC_BLOCKS))


def blocks() -> nn.Sequential:
    """The eight blocks, randomly initialised: (N, 1, 28, 28) -> (N, 128, 4, 4)."""
    return residual.row(INPUT.channels, STEM_CHANNELS, BASIC_BLOCKS, BLOCK)
