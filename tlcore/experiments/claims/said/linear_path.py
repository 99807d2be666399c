"""Claim 11: two fine-tunes lie in one basin, two networks from scratch do not.

tuned: two fine-tunes of the backbone, each with its own new head and order of the pictures.
scratch: two networks of the same shape from other random weights.  Both learn the same pictures.
On the straight line between the weights of two networks, at nine places, the test error is asked;
the barrier is the most that it stands above the line between the errors of the ends.  What is
judged has batch-norm statistics measured anew at each place, on training pictures; `plain` has
them mixed as the weights are, which alone can make a barrier.
"""

from __future__ import annotations

from collections.abc import Sequence

from tlcore.experiments.claims.claim import Claim, Published, Row, Verdict, effect, over, point
from tlcore.training.strategies import BOLD, CAREFUL

PLACES = 9  # alpha 0 to 1
LEVEL = 2.0  # points: no more than so much is no barrier
HIGH = 10.0  # points: no less than so much is one
PAIRS = ("tuned", "scratch")
KEYS = tuple(f"{pair}.{how}" for pair in PAIRS for how in ("anew", "plain"))
SETTINGS = {
    **{"train": 200, "epochs": 5, "batch": 20, "test": 200, "statistics": 100, "places": PLACES},
    **{"lr_tuned": CAREFUL, "lr_scratch": BOLD},
}


def barrier(errors: Sequence[float]) -> float:
    """Most that an error stands above the straight line between the first and the last."""
    last = len(errors) - 1
    return max(
        error - ((last - at) * errors[0] + at * errors[-1]) / last
        for at, error in enumerate(errors)
    )


def judge(rows: Sequence[Row]) -> Verdict:
    def of(key: str) -> list[float]:
        return over(rows, (key,), lambda errors: 100 * barrier(errors))

    effects = (
        effect("level", [-found for found in of("tuned.anew")], -LEVEL),
        effect("high", of("scratch.anew"), HIGH),
    )
    found = {key: of(key) for key in KEYS}
    marks = tuple(point(key, some) for key, some in found.items() if some)
    return Verdict(effects, marks, len(rows))


CLAIM = Claim(
    11,
    "linear_path",
    5,
    Published(
        (),  # the direction only: no figure was read
        "points",
        "Neyshabur et al. 2020, arXiv:2008.11687",
        "https://arxiv.org/abs/2008.11687",
        "primary",
    ),
    "tlcore.experiments.claims.run.linear_path:measure",
    judge,
    settings=SETTINGS,
    keys=KEYS,
    lead="tuned.anew",
)
