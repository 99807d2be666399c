"""A situation: these pictures, so many of them, on this backbone; and what each action did there.

An action is a role (what learns) and a rate, both named without the backbone's number of blocks, so
that advice can be carried from one backbone to another.  Only runs of one account are put side by
side: those that watched as many validation pictures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean
from typing import NamedTuple

from tlcore import catalog
from tlcore.experiments.matrix.grid import points
from tlcore.experiments.matrix.grid.points import WATCHED
from tlcore.experiments.matrix.grid.table import Grid, Measured


class Action(NamedTuple):
    role: str
    rate: str


# From scratch is the control: at the rate that is advised for it, and no way to transfer.
ACTIONS = tuple(
    Action(role, rate)
    for role in points.ROLES
    for rate in points.rates(role)
    if role != "scratch" or rate == "advised"
)
HEAD, FULL = Action("head_only", "advised"), Action("everything", "advised")
SHORT = Action("everything", "short")


@dataclass(frozen=True)
class Situation:
    """`accuracy[action][seed]`; `seconds`: CPU seconds of a run without the pass over the test
    pictures, mean over the same seeds and over the rates of one length: a rate changes no work, and
    its own seconds differ by the machine's mood alone."""

    backbone: str
    data: str
    size: int
    per_class: float
    similarity: float
    seeds: tuple[int, ...]
    accuracy: dict[Action, dict[int, float]]
    seconds: dict[Action, float]

    def mean(self, action: Action, seeds: Iterable[int] | None = None) -> float:
        found = self.accuracy[action]
        return fmean(found[seed] for seed in (self.seeds if seeds is None else seeds))

    def best(self, seeds: Iterable[int] | None = None) -> Action:
        """The action with the best mean over these seeds."""
        asked = self.seeds if seeds is None else tuple(seeds)
        return max(self.accuracy, key=lambda action: self.mean(action, asked))

    @cached_property
    def losses(self) -> dict[Action, float]:
        """How far each action stays behind the best one, over all seeds."""
        means = {action: self.mean(action) for action in self.accuracy}
        return {action: max(means.values()) - mean for action, mean in means.items()}

    def share(self, action: Action) -> float:
        """Of the time that everything takes at the advised rate."""
        return self.seconds[action] / self.seconds[FULL]


def of(grid: Grid, backbones: Iterable[str] = points.BACKBONES) -> list[Situation]:
    """All situations in which every action was measured over two seeds at least.  A run that
    diverged knows nothing: it counts as a guess."""
    asked = set(backbones)
    groups: defaultdict[tuple[str, str, int], list[Measured]] = defaultdict(list)
    for row in grid.rows:
        if row.watched == WATCHED and row.point.backbone in asked:
            groups[row.point.backbone, row.point.data, row.point.size].append(row)
    found = [_situation(rows, grid) for rows in groups.values()]
    return [situation for situation in found if situation is not None]


def _situation(rows: list[Measured], grid: Grid) -> Situation | None:
    first = rows[0]
    where = first.point.backbone, first.point.data
    roles = points.roles(len(catalog.backbone(where[0]).blocks))
    named = {name: role for role, name in roles.items()}
    accuracy: dict[Action, dict[int, float]] = defaultdict(dict)
    seconds: dict[Action, dict[int, float]] = defaultdict(dict)
    for row in rows:
        spent = row.learning_seconds
        if row.point.strategy not in named or spent is None:
            continue
        action = Action(named[row.point.strategy], row.point.rate)
        guess = 1 / row.classes
        scored = guess if row.test_accuracy is None else row.test_accuracy
        accuracy[action][row.point.seed] = scored
        seconds[action][row.point.seed] = spent
    if where not in grid.similarity or any(action not in accuracy for action in ACTIONS):
        return None
    seeds = set.intersection(*(set(accuracy[action]) for action in ACTIONS))
    if len(seeds) < 2:
        return None
    spent_by: defaultdict[tuple[str, float], list[float]] = defaultdict(list)
    for action in ACTIONS:
        spent_by[_work(action)] += [seconds[action][seed] for seed in seeds]
    return Situation(
        *where,
        first.point.size,
        first.per_class,
        grid.similarity[where],
        tuple(sorted(seeds)),
        {action: {seed: accuracy[action][seed] for seed in seeds} for action in ACTIONS},
        {action: fmean(spent_by[_work(action)]) for action in ACTIONS},
    )


def _work(action: Action) -> tuple[str, float]:
    """Actions that do the same work: what learns, and for how long."""
    return action.role, points.LENGTHS.get(action.rate, 1.0)
