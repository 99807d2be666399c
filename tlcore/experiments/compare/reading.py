"""What a comparison says: the cheapest strategy that is equal to the best one, and of which there
are too few runs to say (tlcore.ground.difference).

Several seeds: a difference has the interval of its pairs, seed by seed (Student's t, 95 %).  One
seed knows only the noise of the test pictures, nothing of another draw.  Standard library only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from tlcore.ground import difference
from tlcore.ground.difference import Difference
from tlcore.ground.spread import half


@dataclass(frozen=True)
class Standing:
    """One strategy on one size.  `accuracies`: one a seed, None where it diverged."""

    strategy: str
    accuracies: tuple[float | None, ...]
    seconds: float  # of the processor, mean over seeds, as if it had run alone
    learning: int  # parameters
    source: float | None  # accuracy on the source task afterwards, where that was asked
    solved: float | None  # the same of a head solved anew; older runs are without
    test: int  # pictures behind each accuracy

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
        return half(self.scores, 1 / self.test) if len(self.scores) > 1 else None


@dataclass(frozen=True)
class Verdict:
    rows: tuple[Standing, ...]  # in the order in which they ran
    best: Standing
    cheapest: Standing  # of the equal ones
    equal: tuple[Standing, ...]  # to the best, which is among them
    open: tuple[Standing, ...]  # of which there are too few runs to say
    seeds: int
    test: int  # pictures

    @property
    def kind(self) -> str:
        """open: too few runs to say of some; else alone: all others are behind; all: all are
        equal; tie: some are."""
        if self.open:
            return "open"
        if len(self.equal) == 1:
            return "alone"
        return "all" if len(self.equal) == len(self.rows) else "tie"

    def gap(self, row: Standing) -> Difference:
        """How far behind the best."""
        return less(self.best, row)


def verdicts(results: Sequence[Mapping[str, Any]]) -> dict[int, Verdict]:
    """By size, from the results of runs that differ in the seed only.  A size on which no strategy
    finished with every seed has none."""
    names = dict.fromkeys((row["size"], row["strategy"]) for row in results[0]["entrants"])
    told = [{(row["size"], row["strategy"]): row for row in r["entrants"]} for r in results]
    found = {}
    for size in dict.fromkeys(size for size, _ in names):
        test = results[0]["test"]
        rows = [_standing([one[name] for one in told], test) for name in names if name[0] == size]
        weighed = [row for row in rows if row.whole]
        if weighed:
            best = max(weighed, key=lambda row: row.mean)
            words = [(r, "equal" if r is best else less(best, r).word) for r in weighed]
            equal, unsaid = (tuple(r for r, w in words if w == said) for said in ("equal", "open"))
            cheapest = min(equal, key=lambda row: (row.seconds, row.learning))
            found[size] = Verdict(tuple(rows), best, cheapest, equal, unsaid, len(results), test)
    return found


def less(one: Standing, other: Standing) -> Difference:
    """one - other, paired by seed; of one seed, over the test pictures."""
    if len(one.scores) > 1:
        return difference.of_seeds(one.scores, other.scores, one.test)
    return difference.of_shares(one.scores[0], other.scores[0], one.test)


def front(rows: Sequence[Standing], cost: Callable[[Standing], float]) -> list[Standing]:
    """The Pareto front: nobody else is as cheap and as good.  From cheap to dear."""
    found: list[Standing] = []
    for row in sorted((r for r in rows if r.whole), key=lambda r: (cost(r), -r.mean)):
        if not found or row.mean > found[-1].mean:
            found.append(row)
    return found


def _standing(scored: Sequence[Mapping[str, Any]], test: int) -> Standing:
    source, solved = (
        [row.get(name) for row in scored] for name in ("source_accuracy", "source_solved")
    )
    return Standing(
        scored[0]["strategy"],
        tuple(row["test_accuracy"] for row in scored),
        mean(row["seconds"] for row in scored),
        scored[0]["learning"],
        _mean(source),
        _mean(solved),
        test,
    )


def _mean(found: Sequence[float | None]) -> float | None:
    """None where one is missing."""
    known = [value for value in found if value is not None]
    return mean(known) if len(known) == len(found) else None
