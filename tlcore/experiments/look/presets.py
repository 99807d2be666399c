"""What layers know: a picture through the blocks, a fine-tune to look at before and after."""

from __future__ import annotations

from tlcore.experiments.look.spec import LookSpec
from tlcore.ground.recipe import TransferPlan
from tlcore.runs.presets import Preset
from tlcore.runs.spec import FineTuneSpec

LOOK = LookSpec(backbone="clothing", data="garments", picture=0)

# Everything learns, at one rate for all blocks: which of them move most is then the network's
# answer, not that of a decay of the rate.  400 pictures / 32 = 13 steps an epoch, 195 in all.
FINE_TUNE = FineTuneSpec(
    backbone="clothing",
    data="garments",
    train_size=400,
    read=8,
    keep=8,
    freeze=0,
    lr=1e-3,
    epochs=15,
)
SMALL = FineTuneSpec(
    backbone="clothing", data="garments", train_size=40, read=8, keep=8, freeze=0, lr=1e-3, epochs=3
)


def replaced(blocks: int, dropped: int = 3) -> TransferPlan:
    """The notes' recipe: keep the first blocks as they are, put new ones in place of the last."""
    kept = max(1, blocks - dropped)
    return TransferPlan(read=blocks, keep=kept, freeze=kept)


def with_plan(spec: FineTuneSpec, plan: TransferPlan) -> FineTuneSpec:
    numbers = {"read": plan.read, "keep": plan.keep, "freeze": plan.freeze}
    return FineTuneSpec(**(spec.model_dump() | numbers))


PRESETS = (
    Preset("what_layers_know.blocks", specs=(LOOK,), small=(LOOK,)),
    Preset("what_layers_know.before_after", specs=(FINE_TUNE,), small=(SMALL,)),
    Preset("what_layers_know.map", specs=(FINE_TUNE,), small=(SMALL,)),
    Preset("what_layers_know.changed", specs=(FINE_TUNE,), small=(SMALL,)),
    Preset(
        "what_layers_know.recipe",
        specs=(with_plan(FINE_TUNE, replaced(8)),),
        small=(with_plan(SMALL, replaced(8)),),
    ),
)
