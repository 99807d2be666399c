"""Which points of the grid there are, each with its plan and its recipe.  No torch.

Everything but strategy and rate is what the matrix advises for data and size
(tlcore.experiments.matrix.advisor), so that two points of one situation differ in nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from tlcore import catalog
from tlcore.experiments.matrix import advisor
from tlcore.experiments.matrix.advisor import BORDER, Advice, CellId
from tlcore.ground import recipe
from tlcore.ground.recipe import Knobs, Recipe, TransferPlan

BACKBONES = ("clothing", "photo")  # those with weights in assets/
# Those that need no internet; another one enlarges the grid where it is added here, not before.
DATA_SETS = ("garments", "digits", "font_digits", "signs", "blood", "game")
SIZES = (40, 200, 1_000)  # training pictures, or the whole pool where that is smaller
SEEDS = 4
# Times the advised rate: of the blocks, or of the head where nothing else learns.  About half a
# power of ten each way: the strips of the page on learning rates change over as much.
# In the end everything learned at three times the rate did best within all of the time and nothing
# that fits into half of it came near; a short training at that rate fits.
RATES = {"third": 1 / 3, "advised": 1.0, "triple": 3.0, "short": 3.0}
LENGTHS = {"short": 0.4}  # of the advised epochs; all of them at the other rates
ROLES = (
    *("earlier", "head_only", "last_blocks", "later_blocks", "most_blocks", "everything"),
    "scratch",
)
HEADS = ("earlier", "head_only")  # cheap already: no short ones; nor of the control from scratch
HARD = 0.6  # difficulty of what has knobs: at the usual .3 raw pixels already tell classes apart
WATCHED = 20  # validation pictures: they judge nothing here, and 500 would cost more than learning
# Test pictures at most: 2,000 of 80 px in colour would cost as much as most of its points learn;
# 500 tell a share of .8 to 3.5 points (95 %), and four seeds ask the same ones.
MOST_ASKED = {"photo": 500}
SCRATCH_LR = 2e-3  # nothing in front deserves to be spared: no layer-wise decay either
HELD_OUT = "held_out"  # classes of a backbone's source that its pre-training never saw


@dataclass(frozen=True)
class Point:
    """`size`: training pictures; `rate`: a name in RATES; `strategy`: one of recipe.strategies."""

    backbone: str
    data: str
    size: int
    strategy: str
    rate: str
    seed: int

    @property
    def blocks(self) -> int:
        return len(catalog.backbone(self.backbone).blocks)

    @property
    def plan(self) -> TransferPlan:
        return recipe.strategies(self.blocks)[self.strategy]

    @property
    def only_head(self) -> bool:
        return self.plan.freeze == self.plan.read

    @property
    def knobs(self) -> Knobs:
        return Knobs(difficulty(self.data))

    @property
    def recipe(self) -> Recipe:
        """The cell's advice on rates and length; one rate times that of `rate`."""
        found = cell(self.backbone, self.data, self.size)
        advice = turned(advisor.advise(found, self.size, self.backbone), self.plan, self.rate)
        return Recipe(
            epochs=advice.epochs,
            lr=advice.lr,
            head_lr=advice.head_lr,
            layer_decay=advice.layer_decay,
            augment=advice.augment,
            seed=self.seed,
        )

    @property
    def rate_value(self) -> float:
        """Peak rate of what `rate` turns."""
        return self.recipe.head_lr if self.only_head else self.recipe.lr

    @property
    def work(self) -> float:
        """Multiply-adds of the whole run: a learning step costs about three forward passes."""
        blocks, plan, r = catalog.backbone(self.backbone).blocks, self.plan, self.recipe
        fixed = sum(b.macs for b in blocks[: plan.fixed])
        rest = sum(b.macs for b in blocks[plan.fixed : plan.read])
        views = r.views if r.augment != "none" and plan.fixed else 1
        watched = WATCHED * (r.epochs if plan.fixed < plan.read else 1)
        asked = test_size(self.backbone, self.data) + watched
        return fixed * (views * self.size + asked) + rest * (3 * r.epochs * self.size + asked)


def turned(advice: Advice, plan: TransferPlan, rate: str) -> Advice:
    """The same advice with another plan, and the rate of what learns times that of `rate`, as long
    as its name says."""
    times, only_head, scratch = RATES[rate], plan.freeze == plan.read, plan.keep == 0
    lr = SCRATCH_LR if scratch else advice.lr
    return replace(
        advice,
        plan=plan,
        lr=lr if only_head else lr * times,
        head_lr=advice.head_lr * times if only_head else advice.head_lr,
        layer_decay=1.0 if scratch else advice.layer_decay,
        epochs=max(1, round(advice.epochs * LENGTHS.get(rate, 1.0))),
    )


def rates(role: str) -> tuple[str, ...]:
    """Names in RATES that a role is measured at."""
    whole = role in HEADS or role == "scratch"
    return tuple(name for name in RATES if not (whole and name in LENGTHS))


def cell(backbone: str, data: str, size: int) -> CellId:
    """Similar is what stands for it in the backbone's matrix; everything else is different."""
    near = any(
        stands.data == data or (stands.data is None and data == HELD_OUT)
        for stands in advisor.cells(backbone).values()
        if stands.id.startswith("similar")
    )
    if size <= BORDER:
        return "similar_small" if near else "different_small"
    return "similar_large" if near else "different_large"


@cache
def roles(blocks: int) -> dict[str, str]:
    """What a strategy is for -> its name on a backbone of so many blocks: what the textbooks'
    plans need (tlcore.experiments.matrix.advisor) and their neighbours."""
    named = {plan: name for name, plan in recipe.strategies(blocks).items()}
    different = advisor.early(blocks)
    plans = {
        "last_blocks": recipe.last_blocks(blocks),
        "later_blocks": recipe.from_block(blocks - different + 1, blocks),
        "most_blocks": recipe.from_block(different + 1, blocks),
    }
    return {role: named[plans[role]] if role in plans else role for role in ROLES}


def difficulty(data: str) -> float:
    """Of drawn data with knobs; others ignore it."""
    known = data in catalog.datasets() and catalog.dataset(data).knobs
    return HARD if known else Knobs().difficulty


def classes(data: str) -> int:
    return 10 if data == HELD_OUT else len(catalog.dataset(data).classes)


def test_size(backbone: str, data: str) -> int:
    held = 2_000 if data == HELD_OUT else catalog.dataset(data).test
    return min(held, MOST_ASKED.get(backbone, held))


def sizes(data: str) -> tuple[int, ...]:
    pool = SIZES[-1] if data == HELD_OUT else catalog.dataset(data).train_pool
    return tuple(dict.fromkeys(min(size, pool) for size in SIZES))


def points(
    backbones: Sequence[str] = BACKBONES,
    data: Sequence[str] | None = None,
    seeds: Sequence[int] = range(SEEDS),
) -> Iterator[Point]:
    """Seed by seed, and of one seed the cheap ones first: a table cut anywhere is balanced."""
    for seed in seeds:
        of_seed = [
            Point(backbone, name, size, strategy, rate, seed)
            for backbone in backbones
            for name in data or DATA_SETS
            for size in sizes(name)
            for role, strategy in roles(len(catalog.backbone(backbone).blocks)).items()
            for rate in rates(role)
        ]
        yield from sorted(of_seed, key=lambda point: point.work)
