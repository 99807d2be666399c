"""What advice is worth: how many points it stays behind the winner, and what it costs.

Leave one data set out: the rules are learned without it, then asked about it.  The winner of a
situation is picked on half of its seeds and both are scored on the other half, all balanced halves
in turn: so the winner's luck is not counted against the advice, and regret can be below zero.
Fixed policies are scored the same way.  Intervals: 95 %, data sets drawn anew with replacement (of
six sets such intervals are a little narrow).
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean

from tlcore import catalog
from tlcore.experiments.matrix import advisor
from tlcore.experiments.matrix.grid import points, rules
from tlcore.experiments.matrix.grid.situations import FULL, HEAD, SHORT, Action, Situation
from tlcore.experiments.similarity import reading as nearness

DRAWS = 10_000
TEXTBOOK = "textbook"
ADVICE = ("half", "all")  # the rules for these shares of the time are what others stand behind
Policy = Callable[[Situation], Action]


@dataclass(frozen=True)
class Interval:
    mean: float
    low: float
    high: float

    def points(self, digits: int) -> tuple[float, float, float]:
        """Mean, low and high in points instead of shares, rounded; zero has no sign."""
        mean, low, high = (round(100 * v, digits) + 0.0 for v in (self.mean, self.low, self.high))
        return mean, low, high


@dataclass(frozen=True)
class Score:
    """`behind`: regret of this policy less that of the rules for a share of the time (ADVICE), in
    pairs; `share`: of the time of always everything; `times`: of the winner's time."""

    policy: str
    regret: Interval
    behind: Mapping[str, Interval]
    share: float
    times: float


def scores(found: Sequence[Situation]) -> list[Score]:
    """The advice for each share of the time (rules.BUDGETS), the fixed policies, the textbook."""
    chosen = {name: advised(found, budget) for name, budget in rules.BUDGETS.items()}
    chosen |= {name: [policy(s) for s in found] for name, policy in FIXED.items()}
    told = {
        name: [_regret(s, action) for s, action in zip(found, actions, strict=True)]
        for name, actions in chosen.items()
    }
    sets = [s.data for s in found]
    lines = []
    for name, actions in chosen.items():
        behind = {
            other: [a - b for a, b in zip(told[name], told[other], strict=True)]
            for other in ADVICE
            if other != name
        }
        acts = list(zip(found, actions, strict=True))
        lines.append(
            Score(
                name,
                interval(told[name], sets),
                {other: interval(pairs, sets) for other, pairs in behind.items()},
                fmean(s.share(action) for s, action in acts),
                fmean(s.seconds[action] / s.seconds[s.best()] for s, action in acts),
            )
        )
    return lines


def enough(found: Sequence[Situation]) -> bool:
    """Whether one data set can be left out, and two are left to learn from."""
    return len({s.data for s in found}) >= 1 + rules.FEWEST_SETS


def advised(found: Sequence[Situation], budget: float = rules.BUDGET) -> list[Action]:
    """What rules that never saw the data set say of it, one action a situation."""
    learned = {
        data: rules.learn([s for s in found if s.data != data], budget)
        for data in {s.data for s in found}
    }
    return [rules.choose(learned[s.data], s.per_class, s.similarity).action for s in found]


def halves(seeds: Sequence[int]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """All ways to part seeds as evenly as may be, each half once the one that picks."""
    size = len(seeds) // 2
    one_way = [(half, _others(seeds, half)) for half in combinations(seeds, size)]
    if len(seeds) % 2 == 0:
        return one_way  # the other half is among them
    return [pair for one, other in one_way for pair in ((one, other), (other, one))]


def interval(values: Sequence[float], sets: Sequence[str]) -> Interval:
    """Mean, and its 95 % interval by drawing whole data sets."""
    groups: defaultdict[str, list[float]] = defaultdict(list)
    for value, data in zip(values, sets, strict=True):
        groups[data].append(value)
    known = [(sum(group), len(group)) for group in groups.values()]
    draw = random.Random(0)
    means = []
    for _ in range(DRAWS):
        drawn = draw.choices(known, k=len(known))
        means.append(sum(total for total, _ in drawn) / sum(count for _, count in drawn))
    means.sort()
    return Interval(fmean(values), means[round(0.025 * DRAWS)], means[round(0.975 * DRAWS) - 1])


def textbook(situation: Situation) -> Action:
    """The plan of the matrix's cell, at its advised rate; similarity as it was measured."""
    blocks = len(catalog.backbone(situation.backbone).blocks)
    classes = round(situation.size / situation.per_class)
    place = nearness.place(situation.similarity, situation.size, classes)
    cell, _ = advisor.cell_at(place.x, place.y)
    plan = advisor.advise(cell, situation.size, situation.backbone).plan
    plans = {
        role: points.Point(situation.backbone, situation.data, situation.size, name, "", 0).plan
        for role, name in points.roles(blocks).items()
    }
    role = next(role for role, known in plans.items() if known == plan)
    return Action(role, "advised")


FIXED: dict[str, Policy] = {
    "head_only": lambda _: HEAD,
    "everything": lambda _: FULL,
    "everything_in_short": lambda _: SHORT,
    TEXTBOOK: textbook,
}


def _regret(situation: Situation, action: Action) -> float:
    return fmean(
        situation.mean(situation.best(picks), scored) - situation.mean(action, scored)
        for picks, scored in halves(situation.seeds)
    )


def _others(seeds: Sequence[int], half: Sequence[int]) -> tuple[int, ...]:
    return tuple(seed for seed in seeds if seed not in half)
