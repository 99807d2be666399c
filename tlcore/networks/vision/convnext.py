"""ConvNeXts of torchvision: a stem, then one block each; what halves the map opens its stage.

The norm that torchvision applies to the pooled features is the last block, (N, C, 1, 1).
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from torch import nn


def cut(model: Any) -> nn.Sequential:
    """stem, stage1_0, ..., stage4_2, norm."""
    stem, *rest = model.features
    named: OrderedDict[str, nn.Module] = OrderedDict(stem=stem)
    stages, halvings = rest[0::2], [None, *rest[1::2]]
    for number, (stage, halving) in enumerate(zip(stages, halvings, strict=True), start=1):
        for place, block in enumerate(stage):
            opens = place == 0 and halving is not None
            named[f"stage{number}_{place}"] = nn.Sequential(halving, block) if opens else block
    named["norm"] = nn.Sequential(model.avgpool, model.classifier[0])
    return nn.Sequential(named)
