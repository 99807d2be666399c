"""Swin transformers of torchvision: patches, then one block each; merging opens its stage.

Inside, torchvision keeps channels last, (N, H, W, C).  At the border of each block they stand
where every other backbone has them, (N, C, H, W): a permutation, no work.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import torch
from torch import nn


class Permute(nn.Module):
    """The axes in another order."""

    def __init__(self, *axes: int) -> None:
        super().__init__()
        self.axes = axes

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.permute(self.axes)


def cut(model: Any) -> nn.Sequential:
    """patches, stage1_0, ..., stage4_1, norm."""
    patches, *rest = model.features
    named: OrderedDict[str, nn.Module] = OrderedDict()
    named["patches"] = nn.Sequential(patches, Permute(0, 3, 1, 2))
    stages, mergings = rest[0::2], [None, *rest[1::2]]
    for number, (stage, merging) in enumerate(zip(stages, mergings, strict=True), start=1):
        for place, block in enumerate(stage):
            parts = [merging] if place == 0 and merging is not None else []
            inside = nn.Sequential(Permute(0, 2, 3, 1), *parts, block, Permute(0, 3, 1, 2))
            named[f"stage{number}_{place}"] = inside
    named["norm"] = nn.Sequential(Permute(0, 2, 3, 1), model.norm, Permute(0, 3, 1, 2))
    return nn.Sequential(named)
