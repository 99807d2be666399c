"""Claim 10: where only the labels change their meaning, the last layer is enough.

The source network knows the garments; the target is the same kind of pictures, but every class has
taken the name of its opposite (0 and 3 change places, 1 and 2).  last: only the linear layer
learns; all: everything; first: only the stage of 14 px maps.  Rates were chosen, for each part its
own, on another seed.
"""

from __future__ import annotations

from collections.abc import Sequence

from tlcore.experiments.claims.claim import Claim, Published, Row, Verdict, effect, over, point

ARMS = ("before", "last", "all", "first")
TOLERANCE = 1.0  # points: "as good as" allows for so much
SETTINGS = {
    **{"source": 300, "source_epochs": 2, "source_lr": 0.001},
    **{"target": 60, "test": 500, "epochs": 8, "batch": 15},
    **{"lr_first": 0.01, "lr_all": 0.001, "lr_last": 0.01},
}


def judge(rows: Sequence[Row]) -> Verdict:
    def more(high: str, low: str) -> list[float]:
        return over(rows, (high, low), lambda a, b: 100 * (a - b))

    effects = (
        effect("last_all", more("last", "all"), -TOLERANCE),
        effect("last_first", more("last", "first"), 0),
    )
    found = {arm: over(rows, (arm,), lambda share: 100 * share) for arm in ARMS}
    marks = tuple(point(arm, some) for arm, some in found.items() if some)
    return Verdict(effects, marks, len(rows))


CLAIM = Claim(
    10,
    "label_flip",
    5,
    Published(
        (),  # the direction only: no figure was read
        "percent",
        "Lee et al. 2022, arXiv:2210.11466",
        "https://arxiv.org/abs/2210.11466",
        "transcription",
    ),
    "tlcore.experiments.claims.run.label_flip:measure",
    judge,
    settings=SETTINGS,
    keys=ARMS,
    lead="last",
)
