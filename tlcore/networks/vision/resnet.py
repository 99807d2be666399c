"""ResNets of torchvision, cut into a stem and residual blocks: at most six a stage.

`blocks(x)` is the feature map that torchvision's own model feeds into its average pool, so
blocks, pool and `fc` give exactly the whole model's answer (a test holds it).  ResNet-152 has 36
residual blocks in its third stage; six at a time make it 17 blocks, as many as a ResNet-50 has.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from torch import nn

from tlcore.networks.vision.grouping import grouped


def cut(model: Any) -> nn.Sequential:
    """stem, layer1_0, layer1_1, ...: names as in torchvision, "_" where it has a "."."""
    stem = OrderedDict(conv1=model.conv1, bn1=model.bn1, relu=model.relu, maxpool=model.maxpool)
    named: OrderedDict[str, nn.Module] = OrderedDict(stem=nn.Sequential(stem))
    for stage in ("layer1", "layer2", "layer3", "layer4"):
        for name, block in grouped(list(getattr(model, stage)), most=6):
            named[f"{stage}_{name}"] = block
    return nn.Sequential(named)
