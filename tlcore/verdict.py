"""What a comparison says: the cheapest strategy within the noise of the best one.

Several seeds: the noise of a difference is that of its pairs, seed by seed (Student's t, 95 %).
One seed knows only the noise of the test pictures, nothing of another draw.  Standard library only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from tlcore.spread import half

_Z95 = 1.959964


@dataclass(frozen=True)
class Standing:
    """One strategy on one size.  `accuracies`: one a seed, None where it diverged."""

    strategy: str
    accuracies: tuple[float | None, ...]
    seconds: float  # of the processor, mean over seeds, as if it had run alone
    learning: int  # parameters
    source: float | None  # accuracy on the source task afterwards, where that was asked

    @property
    def whole(self) -> bool:
        """Finished with every seed: only then it can be weighed."""
        return None not in self.accuracies

    @property
    def scores(self) -> list[float]:
        return [score for score in self.accuracies if score is not None]

    @property
    def mean(self) -> float:
        return mean(self.scores) if self.scores else 0.0

    @property
    def half(self) -> float | None:
        """Of the 95 % interval of the mean over seeds; None where one seed tells of no spread."""
        return half(self.scores) if len(self.scores) > 1 else None


@dataclass(frozen=True)
class Verdict:
    rows: tuple[Standing, ...]  # in the order in which they ran
    best: Standing
    cheapest: Standing  # within the noise of the best
    within: tuple[Standing, ...]  # all of those, the best among them
    seeds: int
    test: int  # pictures

    @property
    def kind(self) -> str:
        """alone: nobody else comes near; all: noise decides; tie: between some."""
        if len(self.within) == 1:
            return "alone"
        return "all" if len(self.within) == len(self.rows) else "tie"

    def gap(self, row: Standing) -> tuple[float, float]:
        """How far behind the best, and half of the 95 % interval of that."""
        return difference(self.best, row, self.test)


def verdicts(results: Sequence[Mapping[str, Any]]) -> dict[int, Verdict]:
    """By size, from the results of runs that differ in the seed only.  A size on which no strategy
    finished with every seed has none."""
    names = dict.fromkeys((row["size"], row["strategy"]) for row in results[0]["entrants"])
    told = [{(row["size"], row["strategy"]): row for row in r["entrants"]} for r in results]
    found = {}
    for size in dict.fromkeys(size for size, _ in names):
        rows = [_standing([one[name] for one in told]) for name in names if name[0] == size]
        weighed = [row for row in rows if row.whole]
        if weighed:
            best, test = max(weighed, key=lambda row: row.mean), results[0]["test"]
            within = tuple(r for r in weighed if r is best or _ties(best, r, test))
            cheapest = min(within, key=lambda row: (row.seconds, row.learning))
            found[size] = Verdict(tuple(rows), best, cheapest, within, len(results), test)
    return found


def difference(one: Standing, other: Standing, test: int) -> tuple[float, float]:
    """Mean of one - other and half of its 95 % interval, paired by seed."""
    pairs = [a - b for a, b in zip(one.scores, other.scores, strict=True)]
    if len(pairs) > 1:
        return mean(pairs), half(pairs)
    shares = [standing.scores[0] for standing in (one, other)]
    # Counted as independent, though both named the same pictures: the wider, so the safer one.
    spread = math.sqrt(sum(share * (1 - share) for share in shares) / test)
    return pairs[0], _Z95 * spread


def front(rows: Sequence[Standing], cost: Callable[[Standing], float]) -> list[Standing]:
    """The Pareto front: nobody else is as cheap and as good.  From cheap to dear."""
    found: list[Standing] = []
    for row in sorted((r for r in rows if r.whole), key=lambda r: (cost(r), -r.mean)):
        if not found or row.mean > found[-1].mean:
            found.append(row)
    return found


def _standing(scored: Sequence[Mapping[str, Any]]) -> Standing:
    sources = [row["source_accuracy"] for row in scored]
    return Standing(
        scored[0]["strategy"],
        tuple(row["test_accuracy"] for row in scored),
        mean(row["seconds"] for row in scored),
        scored[0]["learning"],
        mean(sources) if None not in sources else None,
    )


def _ties(best: Standing, row: Standing, test: int) -> bool:
    centre, width = difference(best, row, test)
    return centre - width <= 0
