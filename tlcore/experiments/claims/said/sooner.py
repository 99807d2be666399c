"""Claim 5, of speed: how many steps a fine-tune and a net from scratch need for the same odds.

Kornblith et al. 2019 count the steps to 90 % of the best odds p / (1 - p) "at any number of steps".
Each length of training is a training of its own, from start to end of its schedule; between two
lengths odds are taken to move straight over the logarithm of the steps.  The target is 90 % of the
best odds of the net from scratch: both reach it, and it is chosen in favour of that net.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tlcore.experiments.claims.claim import Claim, Point, Published, Row, Verdict, effect, point

SHARE = 0.9
SEVERAL = 3.0  # times: the least that is called several here
SIZE, BATCH = 100, 16
STEPS = math.ceil(SIZE / BATCH)  # an epoch: 100 / 16 = 7
LENGTHS = {"fine_tune": (1, 2, 4, 8), "scratch": (4, 8, 16, 32)}  # epochs
KEYS = tuple(f"{name}.{epochs}" for name, lengths in LENGTHS.items() for epochs in lengths)
MOST = 0.9999  # an accuracy of 1 has no odds


def odds(accuracy: float) -> float:
    held = min(accuracy, MOST)
    return held / (1 - held)


def curve(row: Row, name: str) -> dict[int, float]:
    """Steps -> odds at the end of a training of so many."""
    return {STEPS * epochs: odds(row[f"{name}.{epochs}"]) for epochs in LENGTHS[name]}


def steps_to(target: float, found: Mapping[int, float]) -> float | None:
    """Steps at which the odds first come to `target`; the shortest training where it was there
    already, None where none came so far."""
    before: tuple[int, float] | None = None
    for steps, reached in sorted(found.items()):
        if reached >= target:
            if before is None:
                return float(steps)
            part = (target - before[1]) / (reached - before[1])
            return float(before[0] * (steps / before[0]) ** part)
        before = steps, reached
    return None


def times(row: Row) -> float:
    """Steps from scratch over steps of the fine-tune, to the same odds."""
    scratch, tuned = curve(row, "scratch"), curve(row, "fine_tune")
    target = SHARE * max(scratch.values())
    slow, quick = steps_to(target, scratch), steps_to(target, tuned)
    return 1.0 if slow is None or quick is None else slow / quick


def times_own(row: Row) -> float:
    """The same, each to 90 % of its own best odds: the fine-tune has farther to go."""
    to = {}
    for name in LENGTHS:
        found = curve(row, name)
        to[name] = steps_to(SHARE * max(found.values()), found)
    slow, quick = to["scratch"], to["fine_tune"]
    return 1.0 if slow is None or quick is None else slow / quick


def judge(rows: Sequence[Row]) -> Verdict:
    whole = [row for row in rows if all(key in row for key in KEYS)]
    same, own = [times(row) for row in whole], [times_own(row) for row in whole]
    marks = (point("same", same), point("own", own)) if whole else ()
    return Verdict((effect("same", same, SEVERAL),), marks, len(whole))


CLAIM = Claim(
    5,
    "sooner",
    5,
    Published(
        (Point("same", 17.0),),
        "times",
        "Kornblith et al. 2019, arXiv:1805.08974",
        "https://arxiv.org/abs/1805.08974",
        "transcription",
    ),
    "tlcore.experiments.claims.run.starts:sooner",
    judge,
    settings={"data": "garments", "train": SIZE, "batch": BATCH, "epochs": LENGTHS},
    keys=KEYS,
)
