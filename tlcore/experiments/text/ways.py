"""The same few labelled texts, fine-tuned from many seeds: how far apart the runs end.

What differs between seeds is the head's first values, the order of the texts and dropout, as in
Mosbach et al. 2020 (arXiv:2006.04884); the texts are the same.  Nine ways:

    plain      every block at one rate, from the first step to the last
    decay      the rate falls to nearly zero, from the first step on
    warm_up    it rises over the first 30 % of the steps, then falls as far (one cycle)
    ladder     lower blocks at lower rates (discriminative rates, Howard and Ruder 2018)
    both       warm_up and ladder
    uncorrected, uncorrected_warm_up
               as plain and as warm_up, the bias of AdamW's averages not corrected
    longer     as warm_up, with 20/3 as many epochs
    head       nothing but the head learns

What a warm-up does is warm_up against decay, whose mean rate is nearly the same.  What Mosbach et
al. changed is uncorrected_warm_up against longer: the correction, and 20 epochs for 3; their early
stopping is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean
from typing import TYPE_CHECKING, Any

from tlcore.experiments.text import presets as preset
from tlcore.ground.spread import deviation, half
from tlcore.training.spec_fine_tune import FineTuneSpec

if TYPE_CHECKING:
    from tlcore.experiments.text.spec import TextSpreadSpec

Row = dict[str, Any]
LADDER = 0.65  # rate of a layer over that of the one above it
HEAD_EPOCHS = 20
WATCHED = 20  # validation texts: nothing is chosen by them here
LONGER = 20 / 3  # times as many epochs
WAYS: dict[str, dict[str, Any]] = {
    "plain": {"schedule": "constant"},
    "decay": {"schedule": "decay"},
    "warm_up": {"schedule": "one_cycle"},
    "ladder": {"schedule": "constant", "layer_decay": LADDER},
    "both": {"schedule": "one_cycle", "layer_decay": LADDER},
    "uncorrected": {"schedule": "constant", "bias_correction": "off"},
    "uncorrected_warm_up": {"schedule": "one_cycle", "bias_correction": "off"},
    "longer": {"schedule": "one_cycle"},
    "head": {},
}
PARTS = {  # what one change does by itself: the way that has it, and the one without
    "rise": ("warm_up", "decay"),
    "correction": ("warm_up", "uncorrected_warm_up"),
    "longer": ("longer", "warm_up"),
}


def spec(spec: TextSpreadSpec, way: str, seed: int) -> FineTuneSpec:
    """One run as an ordinary fine-tune."""
    common: dict[str, Any] = {"data": spec.data, "size": spec.train_size, "seed": seed}
    depth = preset.layers(spec.backbone)
    if way == "head":
        return preset.spec(
            "features", depth=depth, epochs=HEAD_EPOCHS, backbone=spec.backbone, **common
        )
    return preset.spec(
        "full",
        depth=depth,
        epochs=round(spec.epochs * LONGER) if way == "longer" else spec.epochs,
        times=spec.times,
        backbone=spec.backbone,
        **common,
        **WAYS[way],
    )


def summary(scores: Sequence[float | None], floor: float) -> Row:
    """Every seed; mean and standard deviation over those that did not diverge, with intervals;
    `failed`: diverged, or no better than guessing on so many test texts."""
    known = [score for score in scores if score is not None]
    told: Row = {"scores": list(scores), "failed": sum(s is None or s <= floor for s in scores)}
    told |= {"mean": None, "half": None, "sd": None, "sd_low": None, "sd_high": None}
    if len(known) > 1:
        sd, low, high = deviation(known)
        told |= {"mean": mean(known), "half": half(known), "sd": sd, "sd_low": low, "sd_high": high}
    return told


def difference(some: Sequence[float | None], other: Sequence[float | None]) -> Row:
    """Of the means, paired by seed; nothing where fewer than two pairs are whole."""
    pairs = zip(some, other, strict=True)
    gaps = [a - b for a, b in pairs if a is not None and b is not None]
    if len(gaps) < 2:
        return {"mean": None, "half": None}
    return {"mean": mean(gaps), "half": half(gaps)}
