"""Claim 9: batch-norm statistics alone repair much of a corruption, and harm a net thought frozen.

Four corruptions; the source network knows the garments clean, and no weight changes.  before: its
accuracy on corrupted ones; after: with statistics of 32 corrupted pictures, without labels; many:
of all that were at hand.  The other side: a new head learns digits on the same blocks, frozen but
in train mode.  `answers`: garments to which the old head, on those blocks, now says something else.
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
FEW = 32
PRINTED = {"before": 39.2, "after": 48.7}
HALF = (PRINTED["after"] - PRINTED["before"]) / 2  # points: half the printed gain is "much" here
NOTICED = 1.0  # percent of the answers
HASHES = ("train.weights_same", "train.buffers_changed", "eval.all_same")
KEYS = (
    "clean",
    *(f"{name}.{when}" for name in CORRUPTIONS for when in ("before", "after", "many")),
    *("train.answers", "train.accuracy", *HASHES),
)
SETTINGS = {
    **{"source": 300, "source_epochs": 2, "source_lr": 0.001},
    **{"few": FEW, "many": 200, "test": 400},
    **{"digits": 200, "digits_epochs": 3, "batch": 32},
}


def judge(rows: Sequence[Row]) -> Verdict:
    def of(when: str) -> tuple[str, ...]:
        return tuple(f"{name}.{when}" for name in CORRUPTIONS)

    def level(when: str) -> list[float]:
        return over(rows, of(when), lambda *v: 100 * fmean(v))

    def gain(when: str) -> list[float]:
        n = len(CORRUPTIONS)
        keys = (*of(when), *of("before"))
        return over(rows, keys, lambda *v: 100 * (fmean(v[:n]) - fmean(v[n:])))

    effects = (
        effect("few", gain("after"), HALF),
        effect("many", gain("many"), HALF),
        effect("answers", over(rows, ("train.answers",), lambda share: 100 * share), NOTICED),
        effect("hashes", over(rows, HASHES, lambda *seen: 100.0 * all(seen)), 100),
    )
    found = {when: level(when) for when in ("before", "after", "many")}
    found["clean"] = over(rows, ("clean",), lambda share: 100 * share)
    marks = tuple(point(label, some) for label, some in found.items() if some)
    return Verdict(effects, marks, len(rows))


CLAIM = Claim(
    9,
    "norm_statistics",
    5,
    Published(
        tuple(Point(label, value) for label, value in PRINTED.items()),
        "percent",
        "Benz et al. 2021, arXiv:2010.03630",
        "https://arxiv.org/abs/2010.03630",
        "primary",
    ),
    "tlcore.experiments.claims.run.norm_statistics:measure",
    judge,
    settings=SETTINGS,
    keys=KEYS,
    lead="after",
)
