"""The small residual network for photographs: colour pictures of 64 px."""

from __future__ import annotations

from torch import nn

from tlcore.backbones import residual
from tlcore.backbones.backbone import InputSpec

# Mean and spread of the pixels of the 180 source classes of Tiny ImageNet (90,000 pictures).
INPUT = InputSpec(size=64, channels=3, mean=(0.4813, 0.4489, 0.3992), std=(0.2762, 0.2691, 0.2810))
STEM_CHANNELS = 32
BASIC_BLOCKS = ((64, 2), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1))  # width, stride
CHANNELS = (STEM_CHANNELS, *(width for width, _ in BASIC_BLOCKS))


def blocks() -> nn.Sequential:
    """The blocks, randomly initialised: (N, 3, 64, 64) -> (N, 256, 4, 4)."""
    return residual.row(INPUT.channels, STEM_CHANNELS, BASIC_BLOCKS)
