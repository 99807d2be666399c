"""MobileNetV3 of torchvision: a stem, inverted bottlenecks, a last convolution, a hidden layer.

The hidden layer between pool and classifier is a block too; its output is a map of one place.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from torch import nn


def cut(model: Any) -> nn.Sequential:
    """stem, block1, block2, ..., last, hidden."""
    stem, *bottlenecks, last = model.features
    named: OrderedDict[str, nn.Module] = OrderedDict(stem=stem)
    for number, bottleneck in enumerate(bottlenecks, start=1):
        named[f"block{number}"] = bottleneck
    named["last"] = last
    linear, activation, dropout, _ = model.classifier
    to_map = nn.Unflatten(1, (linear.out_features, 1, 1))
    parts = (model.avgpool, nn.Flatten(), linear, activation, dropout, to_map)
    named["hidden"] = nn.Sequential(*parts)
    return nn.Sequential(named)
