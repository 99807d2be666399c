"""The experiments of the learning-rate page."""

from __future__ import annotations

from tlcore import catalog
from tlcore.experiments.learning_rate.reading import ENDS, grid
from tlcore.experiments.learning_rate.spec import FinderSpec, PairsSpec, RatesSpec
from tlcore.ground import recipe
from tlcore.runs.presets import Preset
from tlcore.runs.spec import FineTuneSpec
from tlcore.training.effects import EFFECTS

BACKBONE = "clothing"
DATA = ("digits", "garments")  # different from what it knows, and similar
SIZES = (40, 100)


def strips(data: str = DATA[0], size: int = SIZES[0], seed: int = 0) -> RatesSpec:
    return RatesSpec(backbone=BACKBONE, data=data, train_size=size, seed=seed)


GRIDS = {
    "head": grid(*ENDS["head"], strips().head_rates),
    "all": grid(*ENDS["all"], strips().all_rates),
}


def finder(learns: str, data: str = DATA[0]) -> FinderSpec:
    return FinderSpec(backbone=BACKBONE, data=data, learns=learns)


def pairs(effect: str, data: str = DATA[0]) -> PairsSpec:
    return PairsSpec(backbone=BACKBONE, data=data, effect=effect)


def ladder(layer_decay: float) -> FineTuneSpec:
    """Every block of the backbone learns, each at its own rung."""
    plan = recipe.everything(len(catalog.backbone(BACKBONE).blocks))
    return FineTuneSpec(
        **{"backbone": BACKBONE, "data": DATA[0], "train_size": SIZES[0], "epochs": 15},
        **{"read": plan.read, "keep": plan.keep, "freeze": plan.freeze},
        layer_decay=layer_decay,
    )


_SMALL = RatesSpec(
    **{"train_size": 20, "head_rates": 3, "head_seeds": 2, "head_epochs": 2},
    **{"all_rates": 2, "all_seeds": 2, "all_epochs": 1},
)
_PAIR = {"train_size": 20, "seeds": 2, "epochs": 1}
_LADDERS = (ladder(1.0), ladder(0.8))

PRESETS = (
    Preset("learning_rate.strips", (strips(),), (_SMALL,)),
    Preset(
        "learning_rate.finder",
        (finder("head_only"), finder("everything")),
        (FinderSpec(train_size=20, steps=10),),
    ),
    Preset(
        "learning_rate.effects",
        tuple(pairs(effect) for effect in EFFECTS),
        (PairsSpec(effect="weight_decay", **_PAIR), PairsSpec(effect="l2_sp", **_PAIR)),
    ),
    Preset(
        "learning_rate.ladder",
        _LADDERS,
        tuple(spec.model_copy(update={"train_size": 20, "epochs": 1}) for spec in _LADDERS),
    ),
)
