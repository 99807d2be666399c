"""Advice one can read: a shallow tree over pictures per class and similarity, told as rules.

Its settings were written down before anything was measured, and are not fitted: two questions at
most one below the other, four situations and two data sets behind every rule, so that no rule is
the portrait of one data set.  Time is no question of the tree: a rule names the best of the actions
that, on average, fit into the given share of the time that full fine-tuning takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from tlcore.experiments.matrix.grid.situations import ACTIONS, FULL, HEAD, Action, Situation

Feature = Literal["per_class", "similarity"]
FEATURES: tuple[Feature, ...] = ("per_class", "similarity")
DEPTH, FEWEST, FEWEST_SETS = 2, 4, 2
# Shares of the time of full fine-tuning, of which a reader chooses.
BUDGETS = {"tenth": 0.1, "half": 0.5, "all": 1.0}
BUDGET = BUDGETS["half"]  # what the advice is judged at: the goal is less than half of that time


@dataclass(frozen=True)
class Bound:
    """feature < value (`below`), or at least value."""

    feature: Feature
    value: float
    below: bool

    def holds(self, per_class: float, similarity: float) -> bool:
        given = per_class if self.feature == "per_class" else similarity
        return (given < self.value) == self.below


@dataclass(frozen=True)
class Rule:
    """Under these bounds, this action; and why: what each choice loses there, in shares.

    `loss`, `head_loss`, `full_loss`: accuracy behind the best action, mean over the `situations`
    that the rule was read from; `share`: of the time of full fine-tuning.
    """

    bounds: tuple[Bound, ...]
    action: Action
    situations: int
    sets: tuple[str, ...]
    loss: float
    head_loss: float
    full_loss: float
    share: float

    def holds(self, per_class: float, similarity: float) -> bool:
        return all(bound.holds(per_class, similarity) for bound in self.bounds)


def learn(found: Sequence[Situation], budget: float = BUDGET) -> tuple[Rule, ...]:
    """The rules for a share of the time; exactly one of them holds for any data."""
    return tuple(_grow(tuple(found), budget, ()))


def choose(rules: Sequence[Rule], per_class: float, similarity: float) -> Rule:
    return next(rule for rule in rules if rule.holds(per_class, similarity))


def cheapest(found: Sequence[Situation]) -> Action:
    return min(ACTIONS, key=lambda action: fmean(s.share(action) for s in found))


def best(found: Sequence[Situation], budget: float) -> Action:
    """The least mean loss of what fits into the time; where nothing does, the cheapest."""
    shares = {action: fmean(s.share(action) for s in found) for action in ACTIONS}
    fits = [action for action in ACTIONS if shares[action] <= budget]
    if not fits:
        return cheapest(found)
    return min(fits, key=lambda action: (loss(found, action), shares[action]))


def loss(found: Sequence[Situation], action: Action) -> float:
    """How far behind the best action, mean over situations."""
    return fmean(s.losses[action] for s in found)


def _grow(found: tuple[Situation, ...], budget: float, bounds: tuple[Bound, ...]) -> list[Rule]:
    action = best(found, budget)
    here = len(found) * loss(found, action)
    if len(bounds) < DEPTH:
        splits = [
            split for split in _splits(found) if all(_enough(part) for part in _parts(found, split))
        ]
        after = {
            split: sum(len(p) * loss(p, best(p, budget)) for p in _parts(found, split))
            for split in splits
        }
        if after and min(after.values()) < here:
            feature, value = min(splits, key=after.__getitem__)
            low, high = _parts(found, (feature, value))
            return [
                *_grow(low, budget, (*bounds, Bound(feature, value, True))),
                *_grow(high, budget, (*bounds, Bound(feature, value, False))),
            ]
    return [
        Rule(
            bounds,
            action,
            len(found),
            tuple(dict.fromkeys(s.data for s in found)),
            loss(found, action),
            loss(found, HEAD),
            loss(found, FULL),
            fmean(s.share(action) for s in found),
        )
    ]


def _splits(found: Sequence[Situation]) -> list[tuple[Feature, float]]:
    """Halfway between each two values that occur."""
    splits: list[tuple[Feature, float]] = []
    for feature in FEATURES:
        values = sorted({getattr(s, feature) for s in found})
        splits += [(feature, (a + b) / 2) for a, b in zip(values, values[1:], strict=False)]
    return splits


def _parts(
    found: Sequence[Situation], split: tuple[Feature, float]
) -> tuple[tuple[Situation, ...], tuple[Situation, ...]]:
    feature, value = split
    return (
        tuple(s for s in found if getattr(s, feature) < value),
        tuple(s for s in found if getattr(s, feature) >= value),
    )


def _enough(part: Sequence[Situation]) -> bool:
    return len(part) >= FEWEST and len({s.data for s in part}) >= FEWEST_SETS
