"""The small residual network for photographs.

Pre-trained on parts of pictures of 64 px, shown whole pictures at 80.  A part makes things in it
larger: half a picture on 64 px shows them as a whole one on 90 does, and features transfer best
where things have the size that they were learned at (Touvron et al. 2019, FixRes).  A probe on the
second ten held-out classes, three seeds: .781 at 64 px, .781 at 72, .793 at 80.
"""

from __future__ import annotations

from torch import nn

from tlcore.networks.backbone import InputSpec
from tlcore.networks.vision import residual
from tlcore.networks.vision.squeeze import SqueezeBlock

# Mean and spread of the pixels of the 180 source classes of Tiny ImageNet (90,000 pictures).
INPUT = InputSpec(size=80, channels=3, mean=(0.4813, 0.4489, 0.3992), std=(0.2762, 0.2691, 0.2810))
STEM_CHANNELS = 32
BASIC_BLOCKS = ((64, 2), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1))  # width, stride
BLOCK = SqueezeBlock
CHANNELS = (STEM_CHANNELS, *(width for width, _ in BASIC_BLOCKS))


def blocks() -> nn.Sequential:
    """The blocks, randomly initialised: (N, 3, 80, 80) -> (N, 256, 5, 5)."""
    return residual.row(INPUT.channels, STEM_CHANNELS, BASIC_BLOCKS, BLOCK)
