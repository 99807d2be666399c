"""How far a mean and a standard deviation over seeds can be trusted: 95 % intervals.  No torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import mean, stdev

# Student's t, two-sided 95 %, for 2, 3, ... 31 runs; of more runs the last one is a little wide.
T95 = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160),
    *(2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056),
    *(2.052, 2.048, 2.045, 2.042),
)
SEEDS = range(2, len(T95) + 2)  # as many have an exact interval


def interval(found: Sequence[float]) -> tuple[float, float]:
    """Mean, and `half`."""
    return mean(found), half(found)


def half(found: Sequence[float]) -> float:
    """Of two values or more; of more than 31 it is a little wide."""
    n = len(found)
    return T95[min(n, len(T95) + 1) - 2] * stdev(found) / math.sqrt(n)


def deviation(found: Sequence[float]) -> tuple[float, float, float]:
    """Standard deviation of two values or more, and its own 95 % interval: the sum of squares over
    the true variance follows chi-square with n - 1 degrees (of values that are normal)."""
    n, told = len(found), stdev(found)
    low, high = (told * math.sqrt((n - 1) / _chi_square(share, n - 1)) for share in (0.975, 0.025))
    return told, low, high


def _chi_square(share: float, degrees: int) -> float:
    """The value that chi-square of so many degrees stays under with probability `share`."""
    low, high = 0.0, 20.0 + 4 * degrees
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _below(middle, degrees) < share else (low, middle)
    return (low + high) / 2


def _below(value: float, degrees: int) -> float:
    """Lower incomplete gamma, regularised, by its series (Abramowitz and Stegun, 6.5.29)."""
    a, x = degrees / 2, value / 2
    term = total = 1.0
    n = 0
    while term > 1e-12 * total:
        n += 1
        term *= x / (a + n)
        total += term
    return math.exp(a * math.log(x) - x - math.lgamma(a + 1)) * total if x else 0.0
