"""The measured advice as a page or a notebook asks for it: rules, reasons and score of a backbone.

Computed from the shipped grid, once a process.
"""

from __future__ import annotations

from functools import cache

from tlcore import catalog
from tlcore.experiments.matrix.grid import points, regret, rules, situations, table
from tlcore.experiments.matrix.grid.regret import Score
from tlcore.experiments.matrix.grid.rules import Rule
from tlcore.experiments.matrix.grid.situations import Situation
from tlcore.ground import recipe
from tlcore.ground.recipe import TransferPlan


@cache
def known(backbone: str) -> tuple[Situation, ...]:
    """What rules are learned from; nothing where too little was measured to leave one set out."""
    found = situations.of(table.shipped(), [backbone])
    return tuple(found) if regret.enough(found) else ()


@cache
def learned(backbone: str, time: str) -> tuple[Rule, ...]:
    """The rules for a share of the time, as rules.BUDGETS names it."""
    return rules.learn(known(backbone), rules.BUDGETS[time])


@cache
def scores(backbone: str) -> tuple[Score, ...]:
    """The advice, then what it is compared with."""
    return tuple(regret.scores(known(backbone)))


def similarity(backbone: str, data: str) -> float | None:
    """As it was measured on pictures as hard as those of the grid."""
    return table.shipped().similarity.get((backbone, data))


def strategy(rule: Rule, backbone: str) -> str:
    """Its name on a backbone of so many blocks."""
    return points.roles(len(catalog.backbone(backbone).blocks))[rule.action.role]


def plan(rule: Rule, backbone: str) -> TransferPlan:
    blocks = len(catalog.backbone(backbone).blocks)
    return recipe.strategies(blocks)[strategy(rule, backbone)]
