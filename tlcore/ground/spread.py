"""How far a mean, a share and a standard deviation can be trusted: 95 % intervals.  No torch.

No interval here has the width zero.  Values that came out equal are no certainty: two seeds that
both gained one point would else "prove" it, and so would forty right answers of forty.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence
from statistics import mean, stdev

Z95 = 1.959964  # standard normal, two-sided 95 %
# Student's t, two-sided 95 %, for 2, 3, ... 31 runs.
T95 = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160),
    *(2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056),
    *(2.052, 2.048, 2.045, 2.042),
)
SEEDS = range(2, len(T95) + 2)  # as many are offered


def t95(n: int) -> float:
    """Student's t for n values."""
    if n - 2 < len(T95):
        return T95[n - 2]
    return Z95 + (Z95**3 + Z95) / (4 * (n - 1))  # to 0.003: Abramowitz and Stegun, 26.7.5


def interval(found: Sequence[float], least: float = 0.0) -> tuple[float, float]:
    """Mean, and `half`."""
    return mean(found), half(found, least)


def half(found: Sequence[float], least: float = 0.0) -> float:
    """Half of the 95 % interval of the mean of two values or more (Student's t).

    `least`: what the values can be told to, such as one test picture of them; they are taken to
    spread (standard deviation) by that much at least.  An accuracy is rounded to a whole picture,
    so few seeds often agree by chance: two of equal ways, asked the same 20 pictures, were told
    apart in 11 % of 20,000 draws without it, and never with it
    (tests/tlcore/ground/test_difference.py).
    """
    return t95(len(found)) * max(stdev(found), least) / math.sqrt(len(found))


def of_items(found: Sequence[float], ends: tuple[float, float]) -> tuple[float, float]:
    """Middle and half of the 95 % interval of a mean over questions that were asked once each.

    `ends` are the least and the most that one answer can count; one of either is added.  For shares
    that is near Wilson's interval, for the differences of two shares over the same questions it is
    that of Bonett and Price (2012) with Student's t.
    """
    return interval([*found, *ends])


def wilson(hits: float, count: float) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927): sound near 0 and 1, where the textbook's is not."""
    share, z2 = hits / count, Z95**2
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    spread = math.sqrt(share * (1 - share) / count + z2 / (4 * count**2))
    width = Z95 / (1 + z2 / count) * spread
    return (middle - width if hits else 0.0), (middle + width if hits < count else 1.0)


def of_groups(found: Sequence[float], groups: Sequence[Hashable]) -> tuple[float, float]:
    """Mean over all values, and half of its 95 % interval where they come in groups, two or more,
    of values that are alike: pieces of one text, turns of one picture.  Independent are the groups,
    so what counts is how far their sums lie from what the mean makes of them."""
    middle = mean(found)
    off: defaultdict[Hashable, float] = defaultdict(float)
    for value, group in zip(found, groups, strict=True):
        off[group] += value - middle
    count = len(off)
    error = math.sqrt(count / (count - 1) * sum(one * one for one in off.values())) / len(found)
    return middle, t95(count) * error


def wilson_of_groups(right: Sequence[float], groups: Sequence[Hashable]) -> tuple[float, float]:
    """95 % interval of a share whose answers, 0 or 1, come in groups: Wilson's, of as many
    independent answers as would have the same error (Kish's design effect): not more than were
    given, nor fewer than there are groups."""
    share, half = of_groups(right, groups)
    count = len(set(groups))
    error = half / t95(count)
    worth = share * (1 - share) / error**2 if error else count
    worth = min(len(right), max(count, worth))
    return wilson(share * worth, worth)


def by_guessing(chance: float, asked: int) -> float:
    """The highest share of right answers that guessing passes in 1 of 40 tries at most: exact, from
    the binomial distribution.  What lies above it is no guessing."""
    if not 0 < chance < 1:
        return chance
    hits, below = 0, _exactly(0, chance, asked)
    while below < 0.975:
        hits += 1
        below += _exactly(hits, chance, asked)
    return hits / asked


def _exactly(hits: int, chance: float, asked: int) -> float:
    ways = math.lgamma(asked + 1) - math.lgamma(hits + 1) - math.lgamma(asked - hits + 1)
    return math.exp(ways + hits * math.log(chance) + (asked - hits) * math.log1p(-chance))


def deviation(found: Sequence[float], least: float = 0.0) -> tuple[float, float, float]:
    """Standard deviation of two values or more, and its own 95 % interval: the sum of squares over
    the true variance follows chi-square with n - 1 degrees (of values that are normal).  The upper
    end is at least that of `least`."""
    n, told = len(found), stdev(found)
    low, high = (math.sqrt((n - 1) / _chi_square(share, n - 1)) for share in (0.975, 0.025))
    return told, told * low, max(told, least) * high


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
