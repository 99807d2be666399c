"""Experiments of the page "compare": forms, depths, textbooks, little data, careful, added."""

from __future__ import annotations

from tlcore.experiments.compare.spec import CompareSpec
from tlcore.experiments.matrix import advisor
from tlcore.runs.presets import Preset

FORMS = CompareSpec()  # 200 garments: head only, the last blocks, everything
DEPTHS = CompareSpec(strategies=("head_only", "from_8", "from_6", "from_4", "everything"))
_CELL = advisor.MATRICES["clothing"]["different_small"]
_EARLY = advisor.advise(_CELL.id, _CELL.size).plan.freeze
# CS231n: a classifier on earlier activations.  Others: freeze some of the blocks.
TEXTBOOKS = CompareSpec(
    data=str(_CELL.data),
    sizes=(_CELL.size,),
    strategies=("earlier", f"from_{_EARLY + 1}", "head_only", "everything"),
    epochs=advisor.epochs_for(_CELL.size),
)
LITTLE = CompareSpec(  # sizes and epochs that one thread answers within half a minute
    sizes=(20, 60, 200), strategies=("scratch", "head_only", "everything"), epochs=16
)
CAREFUL = CompareSpec(  # ways to keep what was learned
    sizes=(100,),
    strategies=("probe", "everything", "lp_ft", "gradual", "layer_decay", "l2_sp"),
    epochs=10,
)
ADDED = CompareSpec(  # the network stays as it was, and small additions to it learn
    sizes=(100,), strategies=("probe", "adapters", "lora", "everything")
)
CHOICES = {
    "forms": FORMS,
    "depths": DEPTHS,
    "textbooks": TEXTBOOKS,
    "little": LITTLE,
    "careful": CAREFUL,
    "added": ADDED,
}


def _preset(name: str, spec: CompareSpec) -> Preset:
    ends = (spec.strategies[0], spec.strategies[-1])
    reduced = {"sizes": spec.sizes[:1], "strategies": ends, "epochs": 1}
    small = spec.model_copy(update=reduced)
    return Preset(f"compare.{name}", (spec,), (small,))


PRESETS = tuple(_preset(name, spec) for name, spec in CHOICES.items())
