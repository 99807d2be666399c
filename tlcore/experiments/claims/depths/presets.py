"""How deep one can copy: the recorded curves are read, and one depth is run once more."""

from __future__ import annotations

from tlcore.runs.presets import Preset
from tlcore.runs.spec import FineTuneSpec

# As the page begins: the deepest frozen copy, in the recipe of `python -m tlcore depths`.
DEEPEST = FineTuneSpec(
    data="garments",
    train_size=2_000,
    read=8,
    keep=8,
    freeze=8,
    epochs=6,
    batch=64,
    lr=2e-3,
    seed=100,
)

PRESETS = (
    Preset(
        "what_layers_know.depth_curves",
        specs=(DEEPEST,),
        small=(DEEPEST.model_copy(update={"train_size": 40, "epochs": 2}),),
    ),
)
