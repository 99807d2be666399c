"""How far the weights of a block moved from where they began, relative to their own length."""

from __future__ import annotations

import math

from torch import nn


def relative(before: nn.Module, after: nn.Module) -> float:
    """||after - before|| / ||before|| over all parameters: 0 where nothing moved.

    Batch-norm's running statistics are no parameters: they follow the pictures.
    """
    moved = length = 0.0
    for old, new in zip(before.parameters(), after.parameters(), strict=True):
        moved += float((new.detach().double() - old.detach().double()).pow(2).sum())
        length += float(old.detach().double().pow(2).sum())
    return math.sqrt(moved / length) if length else 0.0
