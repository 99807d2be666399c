"""The experiments of "Why transfer?": three starts, and a pre-training that one can watch."""

from __future__ import annotations

from tlcore import catalog
from tlcore.catalog import nursery
from tlcore.experiments.grown.spec import PretrainSpec
from tlcore.ground import recipe
from tlcore.ground.recipe import TransferPlan
from tlcore.runs.presets import Preset
from tlcore.runs.spec import FineTuneSpec

FINE, SCRATCH = (
    1e-3,
    2e-3,
)  # peak rates: what was learned is adjusted; nothing deserves to be spared
DECAY = 0.8
SIZE, EPOCHS, BATCH = 40, 15, 16
SIZES = (20, 40, 100, 200, 1_000)  # the race's, from which a reader or a link chooses
LENGTHS = (3, 15, 60)  # too few, about right, too many (for 40 pictures: 6, 30, 120 steps)
MOST_SEED = 9999
TARGET = "digits"  # handwritten, for the network that was pre-trained on printed ones


def race(size: int = SIZE, epochs: int = EPOCHS, seed: int = 0) -> dict[str, FineTuneSpec]:
    """Three entrants: one spec each, equal but for the plan and its rate."""
    n = len(catalog.backbone("clothing").blocks)
    plans = {
        "head_only": (recipe.head_only(n), FINE),
        "fine_tune": (recipe.everything(n), FINE),
        "scratch": (recipe.from_scratch(n), SCRATCH),
    }
    return {
        name: _entrant("clothing", "garments", plan, lr, (size, epochs, seed))
        for name, (plan, lr) in plans.items()
    }


def pair(
    grown: str | None, size: int = SIZE, epochs: int = EPOCHS, seed: int = 0
) -> dict[str, FineTuneSpec]:
    """The network that one has watched (`grown`: its run), itself from scratch, and the stored
    clothing backbone, whose pre-training was longer and of something else."""
    n, stored = len(catalog.grown().blocks), len(catalog.backbone("clothing").blocks)
    scratch, told = recipe.from_scratch(n), (size, epochs, seed)
    found = {}
    if grown is not None:
        found["grown"] = _entrant(nursery.name(grown), TARGET, recipe.everything(n), FINE, told)
    found["stored"] = _entrant("clothing", TARGET, recipe.everything(stored), FINE, told)
    found["tiny_scratch"] = _entrant(nursery.KIND, TARGET, scratch, SCRATCH, told)
    return found


def _entrant(
    backbone: str, data: str, plan: TransferPlan, lr: float, told: tuple[int, int, int]
) -> FineTuneSpec:
    size, epochs, seed = told
    return FineTuneSpec(
        backbone=backbone,
        data=data,
        train_size=size,
        read=plan.read,
        keep=plan.keep,
        freeze=plan.freeze,
        lr=lr,
        layer_decay=DECAY if plan.keep else 1.0,
        epochs=epochs,
        batch=BATCH,
        seed=seed,
    )


PRESETS = (
    Preset(
        "why_transfer.race",
        specs=tuple(race().values()),
        small=tuple(race(size=20, epochs=2).values()),
    ),
    Preset(
        "why_transfer.too_long",  # over-fitting: the small shop's pictures learned by heart
        specs=tuple(race(epochs=60).values()),
        small=(race(size=20, epochs=4)["scratch"],),
    ),
    Preset(
        "why_transfer.live",
        specs=(PretrainSpec(), *pair(None).values()),
        small=(PretrainSpec(train_size=200, epochs=1), pair(None, 20, 1)["tiny_scratch"]),
    ),
)
