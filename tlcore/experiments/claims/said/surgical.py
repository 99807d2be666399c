"""Claim 8: where the input is corrupted and labels are few, the first part alone learns best.

The source network knows the garments clean; the target is a few corrupted ones, labelled.
first: only the stage of 14 px maps learns; all: everything; last: only the linear layer.  The
statistics of batch-norm stay throughout.  `picked`: where the relative gradient norm is largest in
the first stage, before anything has learned (||g|| / ||w||, mean over a stage's weights and over
four batches).  Means over four corruptions.  Rates were chosen, for each part its own, on pictures
for validation of another seed in noise and fog; chosen in noise alone, the first part learned too
slowly in fog.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from tlcore.experiments.claims.claim import (
    Claim,
    Point,
    Published,
    Row,
    Verdict,
    effect,
    over,
    point,
)

CORRUPTIONS = ("noise", "blur", "fog", "pixelate")
ARMS = ("none", "first", "all", "last")
STAGES = ("first", "second", "third", "last")
PICKED_BY_CHANCE = 25.0  # percent: one stage of four
KEYS = tuple(
    [f"{name}.{arm}" for name in CORRUPTIONS for arm in ARMS]
    + [f"{name}.rgn.{stage}" for name in CORRUPTIONS for stage in STAGES]
)
SETTINGS = {
    **{"source": 300, "source_epochs": 2, "source_lr": 0.001},
    **{"target": 60, "test": 300, "epochs": 8, "batch": 15},
    **{"lr_first": 0.003, "lr_all": 0.0005, "lr_last": 0.01},
}


def judge(rows: Sequence[Row]) -> Verdict:
    def of(arm: str) -> tuple[str, ...]:
        return tuple(f"{name}.{arm}" for name in CORRUPTIONS)

    def more(high: str, low: str) -> list[float]:
        n = len(CORRUPTIONS)
        return over(rows, (*of(high), *of(low)), lambda *v: 100 * (fmean(v[:n]) - fmean(v[n:])))

    picks = [picked(row) for row in rows if all(key in row for key in KEYS)]
    effects = (
        effect("first_all", more("first", "all"), 0),
        effect("all_last", more("all", "last"), 0),
        effect("picked", picks, PICKED_BY_CHANCE),
    )
    ours = {"gain": more("first", "all"), "last": more("last", "all"), "none": more("none", "all")}
    marks = tuple(point(label, found) for label, found in ours.items() if found)
    return Verdict(effects, marks, len(rows))


def picked(row: Row) -> float:
    """Percent of the corruptions whose relative gradient norm is largest in the first stage."""
    hits = [
        max(STAGES, key=lambda stage: float(row[f"{name}.rgn.{stage}"])) == STAGES[0]
        for name in CORRUPTIONS
    ]
    return 100 * fmean(hits)


CLAIM = Claim(
    8,
    "surgical",
    5,
    Published(
        (Point("gain", 3.0),),
        "points",
        "Lee et al. 2022, arXiv:2210.11466",
        "https://arxiv.org/abs/2210.11466",
        "transcription",
    ),
    "tlcore.experiments.claims.run.surgical:measure",
    judge,
    settings=SETTINGS,
    keys=KEYS,
    lead="gain",
)
