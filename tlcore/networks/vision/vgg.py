"""VGG-16 of torchvision: thirteen convolutions and two fully connected layers, a block each.

The fully connected layers hold 119 of its 134 million parameters below the classifier; their
output is a map of one place, (N, 4096, 1, 1), so that a head reads it like any other.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from torch import nn


def cut(model: Any) -> nn.Sequential:
    """conv1_1, conv1_2, ... conv5_3 as the paper names them, then fc6 and fc7."""
    layers: OrderedDict[str, list[nn.Module]] = OrderedDict()
    stage, number = 1, 0
    for layer in model.features:
        if isinstance(layer, nn.Conv2d):
            number += 1
            layers[f"conv{stage}_{number}"] = []
        layers[next(reversed(layers))].append(layer)
        if isinstance(layer, nn.MaxPool2d):  # ends a stage
            stage, number = stage + 1, 0
    named: OrderedDict[str, nn.Module] = OrderedDict()
    for name, part in layers.items():
        named[name] = nn.Sequential(*part)
    linear6, relu6, drop6, linear7, relu7, drop7, _ = model.classifier
    to_map = nn.Unflatten(1, (linear6.out_features, 1, 1))
    named["fc6"] = nn.Sequential(model.avgpool, nn.Flatten(), linear6, relu6, drop6, to_map)
    to_map = nn.Unflatten(1, (linear7.out_features, 1, 1))
    named["fc7"] = nn.Sequential(nn.Flatten(), linear7, relu7, drop7, to_map)
    return nn.Sequential(named)
