"""Whether one way is better than another: one rule for every page, from the interval of the
difference.

Two intervals that overlap are no test: a difference may be sure where they do (Schenker and
Gentleman 2001, The American Statistician 55, 182), and ways that share seeds or test pictures
differ by less than their own intervals say.  So the difference itself has the interval, in pairs
wherever there are pairs.  And "not told apart" is not "equal": with few runs nothing is told apart.

    equal            the whole interval lies within MARGIN of zero
    ahead, behind    else, where the interval leaves zero out
    open             else: too few runs, or too few test pictures, to say
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Literal

from tlcore.ground.spread import interval, of_items, wilson

# Two points, in shares of 1.  In the cells of few pictures the difference of two ways that end
# alike has a standard deviation of about 1 point from seed to seed (five seeds).  Of ways that are
# equal, a margin of one point would then call 6 % equal at three seeds and 15 % at five, one of two
# points a third and 83 % (tests/tlcore/ground/test_difference.py).  Who decides by it gives away
# two points at most; and it is what the page on learning rates calls "within" the best.
MARGIN = 0.02
POINTS = f"{100 * MARGIN:g}"  # as texts name it
Word = Literal["ahead", "behind", "equal", "open"]
Span = tuple[float, float, float]  # a mean and the ends of its 95 % interval


@dataclass(frozen=True)
class Difference:
    """What one has more than the other, and the 95 % interval of that; in shares of 1."""

    mean: float
    low: float
    high: float

    @property
    def half(self) -> float:
        """Of the interval, which need not lie evenly around the mean."""
        return (self.high - self.low) / 2

    @property
    def word(self) -> Word:
        return word(self.low, self.high)


def word(low: float, high: float, margin: float = MARGIN) -> Word:
    """Of the interval of a difference.  `margin` 0: of what has no margin nothing is equal."""
    if -margin <= low and high <= margin and margin:
        return "equal"
    if low > 0:
        return "ahead"
    return "behind" if high < 0 else "open"


def of_seeds(one: Sequence[float], other: Sequence[float], asked: int) -> Difference:
    """Of two ways with the same seeds, two or more; `asked`: test pictures behind each score, 0
    where that is not known."""
    least = 1 / asked if asked else 0.0
    return around(*interval([a - b for a, b in zip(one, other, strict=True)], least))


def of_answers(one: Sequence[float], other: Sequence[float]) -> Difference:
    """Of two ways that answered the same questions once each, 0 to 1 a question.

    Of right and wrong answers: wherever McNemar's exact test finds p < .05, this is decided, too;
    that test being a little too strict, this also decides a few cases of p up to .08, none above.
    """
    pairs = [a - b for a, b in zip(one, other, strict=True)]
    middle, half = of_items(pairs, (-1, 1))
    return Difference(mean(pairs), middle - half, middle + half)


def of_shares(one: float, other: float, asked: int, other_asked: int | None = None) -> Difference:
    """Of two shares of so many questions each, counted as independent (Newcombe 1998, Statistics in
    Medicine 17, 873): over the same questions that is wider, so the safer one."""
    return apart(share(one, asked), share(other, other_asked or asked))


def apart(one: Span, other: Span) -> Difference:
    """Of two independent means: the way from each to the nearer end, squared and added."""
    gap = one[0] - other[0]
    low = gap - math.hypot(one[0] - one[1], other[2] - other[0])
    return Difference(gap, low, gap + math.hypot(one[2] - one[0], other[0] - other[1]))


def share(found: float, asked: int) -> Span:
    """A share of so many questions, with Wilson's interval."""
    return (found, *wilson(found * asked, asked))


def around(middle: float, half: float) -> Difference:
    """From a mean and half of its interval, as they are stored."""
    return Difference(middle, middle - half, middle + half)
