"""Who advises what in a cell of the matrix: each of our lecture notes for itself, and CS231n.

"Most" and "some" of the blocks are read as the matrix reads them (recipe.last_blocks,
advisor.early); what a source says only with a condition ("if the data are very large", "one may")
counts as advised, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from tlcore.experiments.matrix import advisor
from tlcore.experiments.matrix.advisor import CellId
from tlcore.experiments.matrix.evidence import CellEvidence, StrategyRow
from tlcore.ground import recipe
from tlcore.ground.difference import Difference
from tlcore.ground.recipe import TransferPlan

Source = Literal["cells", "sizes", "cs231n"]
Plan = Callable[[int], TransferPlan]


def _some(blocks: int) -> TransferPlan:
    """Early blocks frozen, the rest learns."""
    return recipe.from_block(advisor.early(blocks) + 1, blocks)


ADVICE: dict[Source, dict[CellId, tuple[Plan, ...]]] = {
    # The note with the four cells: the only one that ranks, similarity first and size second.
    "cells": {
        "similar_small": (recipe.head_only,),
        "similar_large": (recipe.last_blocks,),
        "different_small": (_some,),
        "different_large": (recipe.everything,),
    },
    # The note on sizes: it speaks of similar domains alone; its summary, of any domain.
    "sizes": {
        "similar_small": (recipe.head_only,),
        "similar_large": (recipe.last_blocks, recipe.everything),
        "different_small": (recipe.head_only,),
        "different_large": (recipe.last_blocks, recipe.everything),
    },
    # cs231n.github.io/transfer-learning, "When and how to fine-tune?": it ranks neither.
    "cs231n": {
        "similar_small": (recipe.head_only,),
        "similar_large": (recipe.everything,),
        "different_small": (recipe.earlier,),
        "different_large": (recipe.everything, recipe.from_scratch),
    },
}
# What a source says of a cell in its summary alone.
SUMMARY: frozenset[tuple[Source, CellId]] = frozenset(
    {("sizes", "different_small"), ("sizes", "different_large")}
)


def advised(cell: CellId, blocks: int) -> dict[Source, tuple[str, ...]]:
    """Source -> its strategies (as recipe.strategies names them); none where it says nothing."""
    names = {plan: name for name, plan in recipe.strategies(blocks).items()}
    return {
        source: tuple(names[plan(blocks)] for plan in told.get(cell, ()))
        for source, told in ADVICE.items()
    }


def behind(found: CellEvidence, row: StrategyRow) -> Difference:
    """How far a row ended below the best mean: paired by seed, with the 95 % interval of that."""
    return found.less(found.best, row)
