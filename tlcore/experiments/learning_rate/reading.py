"""What a strip of scores against learning rate says: its best rate, its width, its two ends.

Rates lie on a logarithmic grid and lines between its points; a width is counted in factors of ten.
Several seeds each have a width, so that two strips can be compared in pairs.  No torch.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean
from typing import Any

from tlcore.ground import difference
from tlcore.ground.difference import Difference
from tlcore.ground.spread import half, interval

WITHIN = difference.MARGIN  # of the best: two points
# Lowest and highest rate that are tried: twenty are three a factor of ten, seven are two.
ENDS = {"head": (1e-5, 10 ** (4 / 3)), "all": (1e-4, 0.1)}


def grid(low: float, high: float, count: int) -> list[float]:
    """`count` rates from `low` to `high`, each the same factor above the last."""
    step = math.log10(high / low) / (count - 1)
    return [float(f"{low * 10 ** (step * k):.4g}") for k in range(count)]


@dataclass(frozen=True)
class Width:
    """The stretch of rates around the best whose score is within 2 points of it.

    `open_low`, `open_high`: it reaches the end of what was tried, so it is at least as wide.
    """

    low: float
    high: float
    best: float
    open_low: bool
    open_high: bool

    @property
    def tens(self) -> float:
        """Factors of ten."""
        return math.log10(self.high / self.low)


@dataclass(frozen=True)
class Strip:
    """`accuracy[i][k]`: share of right answers at rate i with seed k, of `asked` pictures (0: not
    known)."""

    rates: Sequence[float]
    accuracy: Sequence[Sequence[float]]
    asked: int = 0

    @property
    def seeds(self) -> int:
        return len(self.accuracy[0])

    @cached_property
    def mean(self) -> list[float]:
        return [fmean(found) for found in self.accuracy]

    @cached_property
    def half(self) -> list[float]:
        """Of the 95 % interval of each mean."""
        return [half(found, 1 / self.asked if self.asked else 0.0) for found in self.accuracy]

    @cached_property
    def width(self) -> Width:
        return width(self.rates, self.mean)

    def of_seed(self, seed: int) -> Width:
        return width(self.rates, [found[seed] for found in self.accuracy])

    def loss_at(self, place: int) -> Difference:
        """What the rate number `place` scores less than the best one."""
        return self.difference(self.mean.index(max(self.mean)), place)

    def difference(self, one: int, other: int) -> Difference:
        """What one rate scores more than another, paired by seed."""
        return difference.of_seeds(self.accuracy[one], self.accuracy[other], self.asked)

    @property
    def step(self) -> float:
        """Factors of ten from one rate to the next."""
        return math.log10(self.rates[1] / self.rates[0])


def of(result: dict[str, Any], name: str) -> Strip:
    """Strip "head" or "all" of a result row of tlcore.experiments.learning_rate.run.rates."""
    found = result["strips"][name]
    return Strip(found["rates"], found["accuracy"], result["asked"])


def width(rates: Sequence[float], scores: Sequence[float]) -> Width:
    """Around the best score, by straight lines over the logarithm of the rate."""
    floor, at = max(scores) - WITHIN, scores.index(max(scores))
    logs = [math.log10(rate) for rate in rates]

    def edge(step: int) -> tuple[float, bool]:
        here = at
        while 0 <= here + step < len(scores) and scores[here + step] >= floor:
            here += step
        there = here + step
        if not 0 <= there < len(scores):
            return logs[here], True
        share = (scores[here] - floor) / (scores[here] - scores[there])
        return logs[here] + share * (logs[there] - logs[here]), False

    (low, open_low), (high, open_high) = edge(-1), edge(1)
    return Width(10**low, 10**high, rates[at], open_low, open_high)


def wider(one: Strip, other: Strip) -> tuple[float, float]:
    """Factors of ten that the first is wider than the second: mean over the seeds that both have
    and the half-width of its 95 % interval.

    Widths end where the trying ended, so seeds agree there by force: they are taken to spread by
    what an edge on the coarser grid can be wrong at least, a step divided by the root of 12.
    """
    count = min(one.seeds, other.seeds)
    found = [one.of_seed(k).tens - other.of_seed(k).tens for k in range(count)]
    return interval(found, max(one.step, other.step) / math.sqrt(12))


def fate(strip: Strip, place: int) -> str:
    """What became of the score at one of the rates: "falls" where it is more than 2 points below
    the best one beyond the noise of the seeds, "holds" where it is not, else "open"."""
    lost = strip.loss_at(place)
    if lost.low > WITHIN:
        return "falls"
    return "holds" if lost.high <= WITHIN else "open"


def ends(strip: Strip) -> tuple[str, str]:
    """At the lowest and at the highest rate that was tried."""
    return fate(strip, 0), fate(strip, len(strip.rates) - 1)


def nearest(strip: Strip, rate: float) -> int:
    """Number of the rate of this strip that lies next to `rate`."""
    return min(range(len(strip.rates)), key=lambda k: abs(math.log(strip.rates[k] / rate)))
