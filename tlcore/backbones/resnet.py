"""ResNets of torchvision, cut into a stem and one block for each residual block.

`blocks(x)` is the feature map that torchvision's own model feeds into its average pool, so
blocks, pool and `fc` give exactly the whole model's answer (a test holds it).
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import torch
from torch import nn

from tlcore import seeds
from tlcore.backbones import torchvision_import
from tlcore.backbones.backbone import Backbone, InputSpec
from tlcore.backbones.weights import read_torchvision

STAGES = ("layer1", "layer2", "layer3", "layer4")


def cut(model: Any) -> nn.Sequential:
    """stem, layer1_0, layer1_1, ...: names as in torchvision, "_" where it has a "."."""
    stem = OrderedDict(conv1=model.conv1, bn1=model.bn1, relu=model.relu, maxpool=model.maxpool)
    named: OrderedDict[str, nn.Module] = OrderedDict(stem=nn.Sequential(stem))
    for stage in STAGES:
        for number, block in enumerate(getattr(model, stage)):
            named[f"{stage}_{number}"] = block
    return nn.Sequential(named)


def weights_of(enum: str) -> Any:
    """The torchvision weights entry, e.g. of "ResNet18_Weights.IMAGENET1K_V1"."""
    torchvision_import.ensure()
    from torchvision import models

    return models.get_weight(enum)


def whole(name: str, seed: int) -> Any:
    """torchvision's own model with random weights that depend on `seed` only."""
    torchvision_import.ensure()
    from torchvision import models

    with seeds.fork(seed, "backbone", name):
        return models.get_model(name, weights=None)


def build(
    name: str, enum: str, pretrained: bool, seed: int, fetch_seconds: float, url: str | None = None
) -> Backbone:
    """`url` stands in for the address torchvision gives (tests, a mirror in a classroom)."""
    weights = weights_of(enum)
    named = "random"
    if pretrained:
        state, named = read_torchvision(url or weights.url, fetch_seconds)
        with torch.device("meta"):  # shapes only: random weights are not drawn to be replaced
            model = whole(name, seed)
        model.load_state_dict(state, assign=True)
    else:
        model = whole(name, seed)
    return Backbone(name, cut(model), _channels(model), input_of(weights), named)


def _channels(model: Any) -> tuple[int, ...]:
    after = [model.bn1.num_features]
    for stage in STAGES:
        for block in getattr(model, stage):
            convolutions = [m for m in block.modules() if isinstance(m, nn.Conv2d)]
            shortcut = getattr(block, "downsample", None)
            last = convolutions[-1] if shortcut is None else shortcut[0]
            after.append(last.out_channels)
    return tuple(after)


def input_of(weights: Any) -> InputSpec:
    preset = weights.transforms()
    return InputSpec(preset.crop_size[0], 3, tuple(preset.mean), tuple(preset.std))
