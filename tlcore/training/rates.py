"""Which rate a block learns with at which step: the arithmetic of the optimiser, without torch.

The engine trains with these functions and the pages draw them: what is drawn is what runs.
"""

from __future__ import annotations

import math

from tlcore.ground.recipe import Schedule


def scale(layer_decay: float, read: int, number: int) -> float:
    """Rate of block `number` (from 1) over that of block `read`, the last one.

    The same geometric ladder as timm's `param_groups_layer_decay`, whose count begins at the head;
    here the head has a rate of its own.
    """
    return float(layer_decay ** (read - number))


def pace(schedule: Schedule, step: int, steps: int) -> float:
    """Rate at `step` (from 1) of `steps`, as a share of the peak.

    One cycle (Smith & Topin 2018), as torch's OneCycleLR with its defaults: up from 1/25 over the
    first 30 %, down to 1/250,000, both along a half cosine.  Decay is its fall alone, from the
    first step on, as torch's CosineAnnealingLR: the mean rate stays about the same.
    """
    if schedule == "constant" or steps == 1:
        return 1.0
    top = 0.3 * steps - 1 if schedule == "one_cycle" else 0.0  # where the fall begins
    last = steps - 1
    done = step - 1
    low, lowest = 1 / 25, 1 / 25e4
    if done <= top and schedule == "one_cycle":
        return _half_cosine(low, 1.0, done / top)
    return _half_cosine(1.0, lowest, (done - top) / (last - top))


def _half_cosine(start: float, end: float, share: float) -> float:
    return end + (start - end) / 2 * (1 + math.cos(math.pi * share))
