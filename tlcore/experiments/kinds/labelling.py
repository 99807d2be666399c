"""What a label costs, and how far two people agree on them.  Standard library only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median

LEAST, MOST = 0.05, 600.0  # seconds that a label can take; a browser says how many it took


def kappa(one: Sequence[int], other: Sequence[int]) -> float | None:
    """Cohen's kappa (1960): agreement beyond what the two would reach by chance.

    1: always agree, 0: as chance would have it, below: less.  None where it is not defined: no
    pictures, or both gave one and the same name to all of them.
    """
    n = len(one)
    if n == 0 or n != len(other):
        return None
    seen = sum(a == b for a, b in zip(one, other, strict=True)) / n
    first, second = Counter(one), Counter(other)
    chance = sum(first[name] * second[name] for name in first) / n**2
    return None if chance == 1 else (seen - chance) / (1 - chance)


def agreement(one: Sequence[int], other: Sequence[int]) -> int:
    """Pictures that both named alike."""
    return sum(a == b for a, b in zip(one, other, strict=True))


def pace(seconds: Sequence[float]) -> float:
    """Seconds a label: the median, because somebody always looks out of the window once."""
    return median(min(max(s, LEAST), MOST) for s in seconds)


def hours(labels: int, seconds: float, opinions: float = 1.0) -> float:
    """Working hours for so many labels at that pace.  `opinions`: people who look at a picture on
    average, as 2.1 where two do and a third settles the tenth that they name differently."""
    return labels * seconds * opinions / 3600
