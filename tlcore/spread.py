"""How far a mean over seeds can be trusted: half of its 95 % interval by Student's t.  No torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import stdev

from tlcore.comparison import T95


def half(found: Sequence[float]) -> float:
    """Of two values or more; of more than 31 it is a little wide."""
    n = len(found)
    return T95[min(n, len(T95) + 1) - 2] * stdev(found) / math.sqrt(n)
