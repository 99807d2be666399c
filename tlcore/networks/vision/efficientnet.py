"""EfficientNets of torchvision: a stem, seven stages of inverted bottlenecks, a last convolution.

At most three blocks a stage: B0 has 16 bottlenecks, B4 has 32.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from torch import nn

from tlcore.networks.vision.grouping import grouped


def cut(model: Any) -> nn.Sequential:
    """stem, stage1_0, stage2_0, ... stage7_0, last."""
    stem, *stages, last = model.features
    named: OrderedDict[str, nn.Module] = OrderedDict(stem=stem)
    for number, stage in enumerate(stages, start=1):
        for name, block in grouped(list(stage), most=3):
            named[f"stage{number}_{name}"] = block
    named["last"] = last
    return nn.Sequential(named)
