"""What was measured in a situation of the grid, judged: for the cells of the matrix and beyond.

The verdict is the cheapest strategy that is equal to the best one (tlcore.ground.difference).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import Any

from tlcore.experiments.matrix import advisor
from tlcore.experiments.matrix.grid import points, table
from tlcore.experiments.matrix.grid.table import Measured
from tlcore.ground import difference, recipe
from tlcore.ground.difference import Difference
from tlcore.ground.spread import interval


@dataclass(frozen=True)
class StrategyRow:
    """One strategy at one rate: mean over seeds, half-width of the 95 % interval, cost."""

    strategy: str
    accuracy: float
    half_width: float
    seconds: float  # median of a whole run, one CPU core: some ran beside other work
    learning: int
    rate: str = "advised"
    example: Measured | None = None  # one of its runs: what the lab is given


@dataclass(frozen=True)
class CellEvidence:
    rows: tuple[StrategyRow, ...]
    conditions: dict[str, Any]
    per_seed: dict[tuple[str, str], tuple[float, ...]]

    @property
    def best(self) -> StrategyRow:
        return max(self.rows, key=lambda row: row.accuracy)

    @property
    def verdict(self) -> StrategyRow:
        """The cheapest strategy that is equal to the best."""
        best = self.best
        equal = [r for r in self.rows if r == best or self.less(best, r).word == "equal"]
        return min(equal, key=_cost)

    @property
    def open(self) -> list[StrategyRow]:
        """What costs less than the verdict, and of which there are too few seeds to say whether it
        is behind the best."""
        best, cheapest = self.best, _cost(self.verdict)
        cheaper = [row for row in self.rows if _cost(row) < cheapest]
        return [row for row in cheaper if self.less(best, row).word == "open"]

    def less(self, one: StrategyRow, other: StrategyRow) -> Difference:
        """one - other, paired by seed."""
        ours, theirs = (self.per_seed[r.strategy, r.rate] for r in (one, other))
        return difference.of_seeds(ours, theirs, self.conditions["test"])


def known(name: str, backbone: str) -> bool:
    """Whether this cell was measured, with two seeds at least."""
    return bool(_of_cell(name, backbone))


@cache
def cell(name: str, backbone: str = "clothing") -> CellEvidence:
    """The evidence of one cell of the matrix: its strategies at the advised rate."""
    return judged(_of_cell(name, backbone))


@cache
def situations(backbone: str) -> dict[str, tuple[int, ...]]:
    """Data set -> the sizes of which something was measured, with two seeds at least."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    places = {(r.point.data, r.point.size) for r in table.shipped().rows if _is(r, backbone)}
    for data, size in sorted(places):
        if rows(backbone, data, size):
            found[data].append(size)
    return {data: tuple(sizes) for data, sizes in found.items()}


@cache
def rows(backbone: str, data: str, size: int) -> tuple[Measured, ...]:
    """All of one situation, of one account: where two were measured, the one that watched fewest
    validation pictures, which is that of the whole grid."""
    found = [r for r in table.shipped().rows if _is(r, backbone, data, size)]
    return _paired(r for r in found if r.watched == min(one.watched for one in found))


def judged(found: Iterable[Measured]) -> CellEvidence:
    """Rows of one situation, by strategy and rate, in the order of the lesson."""
    groups: defaultdict[tuple[str, str], list[Measured]] = defaultdict(list)
    for row in found:
        groups[row.point.strategy, row.point.rate].append(row)
    first = next(iter(groups.values()))[0]
    order = [*recipe.strategies(first.point.blocks)], [*points.RATES]
    named = sorted(groups, key=lambda g: (order[0].index(g[0]), order[1].index(g[1])))
    per_seed = {name: tuple(_score(r) for r in groups[name]) for name in named}
    lines = []
    for strategy, rate in named:
        runs = groups[strategy, rate]
        centre, width = interval(per_seed[strategy, rate], 1 / runs[0].test_size)
        seconds = median(run.cpu_seconds for run in runs)
        learning = runs[0].learning_parameters
        lines.append(StrategyRow(strategy, centre, width, seconds, learning, rate, runs[0]))
    machines = dict.fromkeys(r.machine for runs in groups.values() for r in runs)
    conditions = {
        "machine": "; ".join(machines),
        "precision": first.precision,
        "backbone": first.weights,
        "size": first.point.size,
        "seeds": min(len(scores) for scores in per_seed.values()),
        "epochs": first.epochs,
        "watched": first.watched,
        "test": first.test_size,
        "load": max((r.load or 0.0 for runs in groups.values() for r in runs), default=0.0),
    }
    return CellEvidence(tuple(lines), conditions, per_seed)


def _cost(row: StrategyRow) -> tuple[float, int]:
    return row.seconds, row.learning


def _of_cell(name: str, backbone: str) -> tuple[Measured, ...]:
    """Where two accounts were kept, the lab's own: what a reader's run of it costs."""
    stands = advisor.cells(backbone)[name]  # type: ignore[index]
    data = stands.data or points.HELD_OUT
    found = [
        r
        for r in table.shipped().rows
        if _is(r, backbone, data, stands.size) and r.point.rate == "advised"
    ]
    return _paired(r for r in found if r.watched == max(one.watched for one in found))


def _is(row: Measured, backbone: str, data: str | None = None, size: int | None = None) -> bool:
    point = row.point
    return point.backbone == backbone and data in (None, point.data) and size in (None, point.size)


def _paired(found: Iterable[Measured]) -> tuple[Measured, ...]:
    """With the seeds that all strategies and rates have; none where they share fewer than two."""
    rows = sorted(found, key=lambda row: row.point.seed)
    groups: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for row in rows:
        groups[row.point.strategy, row.point.rate].add(row.point.seed)
    several = {name: seeds for name, seeds in groups.items() if len(seeds) > 1}
    if not several:
        return ()
    shared = set.intersection(*several.values())
    if len(shared) < 2:
        return ()
    return tuple(
        row
        for row in rows
        if row.point.seed in shared and (row.point.strategy, row.point.rate) in several
    )


def _score(row: Measured) -> float:
    """A run that diverged knows nothing: it counts as a guess."""
    return 1 / row.classes if row.test_accuracy is None else row.test_accuracy
