"""Claim 6, of size: what pre-training is worth against a start from scratch shrinks with pictures.

20 and 200 pictures are recorded as the race of "Why transfer?" (steps.json), 2,000 as the copy of
all blocks that learns on (depths.json): three sizes of one task on one network, seed by seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tlcore import catalog
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
from tlcore.experiments.claims.depths import spec as depths
from tlcore.experiments.claims.said.copied import BASES, TOP, from_depths, key
from tlcore.experiments.races import record as races_record

SIZES = (20, 200)
LARGE = 2_000  # of tlcore.experiments.claims.depths.spec
BASE, COPIED = BASES["similar"], key("similar", "AnB+", TOP)
# size -> (accuracy from scratch, accuracy of the fine-tune), as keys of a row
PAIRS = {str(size): (f"scratch.{size}", f"fine_tune.{size}") for size in SIZES} | {
    str(LARGE): (BASE, COPIED)
}
LABELS = dict(zip(PAIRS, ("few", "some", "many"), strict=True))  # of the marks
KEYS = tuple(key for pair in PAIRS.values() for key in pair)


def recorded() -> list[Row]:
    """Both recordings, by seed."""
    merged: dict[int, dict[str, Any]] = {}

    def put(seed: int, name: str, accuracy: float, seconds: float) -> None:
        row = merged.setdefault(seed, {"seed": seed, "seconds": {}})
        row[name], row["seconds"][name] = accuracy, seconds

    races = races_record.read(races_record.FILES["steps"])
    known = races["conditions"].get("clothing") == catalog.backbone(depths.BACKBONE).fingerprint
    for run in races["runs"] if known else []:
        if (name := f"{run['entrant']}.{run['size']}") in KEYS:
            put(run["seed"], name, run["test_accuracy"], run["cpu_seconds"])
    for row in from_depths():
        for name in (BASE, COPIED):
            if name in row:
                put(row["seed"], name, row[name], row["seconds"][name])
    return [merged[seed] for seed in sorted(merged)]


def judge(rows: Sequence[Row]) -> Verdict:
    """From each size to the next the gap is smaller, seed by seed."""
    sizes = list(PAIRS)
    effects = [
        effect(
            f"{small}_{large}",
            over(
                rows,
                (*PAIRS[small], *PAIRS[large]),
                lambda a, b, c, d: 100 * ((b - a) - (d - c)),
            ),
            0,
        )
        for small, large in zip(sizes, sizes[1:], strict=False)
    ]
    gaps = {size: over(rows, pair, lambda a, b: 100 * (b - a)) for size, pair in PAIRS.items()}
    marks = tuple(point(LABELS[size], found) for size, found in gaps.items() if found)
    return Verdict(tuple(effects), marks, len(rows))


CLAIM = Claim(
    6,
    "gap",
    5,
    Published(
        (Point("few", 94.6 - 92.2), Point("many", 96.7 - 96.4)),
        "points",
        "Raghu et al. 2019, arXiv:1902.07208",
        "https://arxiv.org/abs/1902.07208",
        "transcription",
    ),
    "tlcore.experiments.claims.run.starts:gap",
    judge,
    settings={"data": "garments", "train": [*SIZES, LARGE]},
    keys=KEYS,
    compared=tuple(PAIRS.values()),
    recorded=recorded,
)
