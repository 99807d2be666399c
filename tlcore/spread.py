"""How far a mean over seeds can be trusted: half of its 95 % interval by Student's t.  No torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import stdev

# Student's t, two-sided 95 %, for 2, 3, ... 31 runs; of more runs the last one is a little wide.
T95 = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160),
    *(2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056),
    *(2.052, 2.048, 2.045, 2.042),
)


def half(found: Sequence[float]) -> float:
    """Of two values or more; of more than 31 it is a little wide."""
    n = len(found)
    return T95[min(n, len(T95) + 1) - 2] * stdev(found) / math.sqrt(n)
