"""Experiments of the lab: three forms of fine-tuning, what freezing keeps, new blocks for old."""

from __future__ import annotations

from typing import Any

from tlcore.ground import recipe
from tlcore.ground.recipe import TransferPlan
from tlcore.runs.presets import Preset
from tlcore.runs.spec import FineTuneSpec

BLOCKS = 8  # of the clothing backbone
CAREFUL = {"lr": 1e-3, "layer_decay": 0.8}


def _garments(plan: TransferPlan, **more: Any) -> FineTuneSpec:
    numbers = {"read": plan.read, "keep": plan.keep, "freeze": plan.freeze}
    return FineTuneSpec(**{"data": "garments", "train_size": 200, **CAREFUL, **numbers, **more})


def _preset(name: str, *specs: FineTuneSpec) -> Preset:
    small = tuple(spec.model_copy(update={"train_size": 40, "epochs": 2}) for spec in specs)
    return Preset(f"fine_tune.{name}", specs, small)


FORMS = tuple(
    _garments(plan(BLOCKS)) for plan in (recipe.head_only, recipe.last_blocks, recipe.everything)
)
NEW_BLOCKS = TransferPlan(read=BLOCKS, keep=BLOCKS - 3, freeze=BLOCKS - 3)  # three out, three in

PRESETS = (
    _preset("three_forms", *FORMS),
    _preset("frozen", _garments(recipe.from_block(7, BLOCKS))),
    _preset(
        "new_blocks",
        _garments(NEW_BLOCKS),
        _garments(TransferPlan(NEW_BLOCKS.read, NEW_BLOCKS.keep, freeze=0)),  # then all of it
    ),
)
