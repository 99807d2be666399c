"""What is asked of one network of the depth curves: how large, which blocks are copied and frozen.

A is the stored `clothing` backbone.  B is another task: its base network learns B from nothing.
Then the first n blocks come from base B (BnB) or from A (AnB), the others and the head start anew,
and B is learned once more, the first n blocks frozen or (+) not.  Everything else is the same for
all: pictures, recipe, one CPU thread a run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tlcore import catalog
from tlcore.experiments.claims.depths.reading import BASE, SPLITS, TUNED, Step
from tlcore.ground.recipe import Precision, Recipe, TransferPlan, from_scratch

BACKBONE = "clothing"
BLOCKS = len(catalog.backbone(BACKBONE).blocks)
OTHER_START = 1_000  # the second network must not begin with the random weights of its base


@dataclass(frozen=True)
class Size:
    """Of every run.  Published differences are 1 to 8 points: the test set is large, the drawn
    training pictures are the same for every curve of a seed, and validation plays no part."""

    train: int = 2_000
    test: int = 5_000
    val: int = 100
    epochs: int = 6  # 2,000 / 64 = 31 steps each
    batch: int = 64
    lr: float = 2e-3
    precision: Precision = "bf16"


def steps(split: str, seeds: int, tuned: int) -> Iterator[Step]:
    """Base first, then by depth; curves that learn everywhere cost twice: fewer seeds."""
    for seed in range(seeds):
        yield Step(split, BASE, 0, seed)
        for n in range(1, BLOCKS + 1):
            for curve in SPLITS[split].curves:
                if curve not in TUNED or seed < tuned:
                    yield Step(split, curve, n, seed)


def plan(step: Step) -> TransferPlan:
    """The first n blocks are kept; without a plus they are frozen."""
    if step.curve == BASE:
        return from_scratch(BLOCKS)
    return TransferPlan(read=BLOCKS, keep=step.n, freeze=0 if step.curve in TUNED else step.n)


def recipe(step: Step, size: Size) -> Recipe:
    seed = step.seed + (0 if step.curve == BASE else OTHER_START)
    return Recipe(epochs=size.epochs, batch=size.batch, lr=size.lr, seed=seed)
