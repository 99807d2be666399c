"""What was measured of the sides of pictures that a network may be shown.  No torch here.

`python -m tlcore sides` (tlcore.making.real.sides) writes the file.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from statistics import mean
from typing import Any

from tlcore import catalog
from tlcore.ground import difference, recorded, spread
from tlcore.ground.difference import Difference

FILE = recorded.FOLDER / "sides.json"


@dataclass(frozen=True)
class Score:
    """Of a head at one side: mean accuracy over the real sets, each the mean of its seeds; what it
    has more than at the usual side, set by set, with its 95 % interval over the sets (None of the
    usual side itself); seconds of one core for a whole run."""

    side: int
    accuracy: float
    more: Difference | None
    cpu_seconds: float


@dataclass(frozen=True)
class Scores:
    """Of one backbone, by side; how they were measured."""

    by_side: dict[int, Score]
    sets: int
    seeds: int
    train: int


@cache
def _record() -> dict[str, Any] | None:
    return recorded.read(FILE)


def scores(backbone: str, found: dict[str, Any] | None = None) -> Scores | None:
    """None where nothing was recorded of these weights.  `found`: another record than the app's."""
    found = found or _record()
    row = catalog.backbone(backbone)
    if not found or found["conditions"]["weights"].get(backbone) != row.fingerprint:
        return None
    told: defaultdict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for one in found["rows"]:
        if one["backbone"] == backbone:
            told[one["side"], one["set"]].append(one)
    sets = sorted({data for _, data in told})
    means = {at: mean(one["accuracy"] for one in rows) for at, rows in told.items()}
    by_side = {}
    for side in sorted({side for side, _ in told}):
        here = [means[side, data] for data in sets]
        usual = [means[row.size, data] for data in sets]
        gains = [a - b for a, b in zip(here, usual, strict=True)]
        more = None if side == row.size else difference.around(*spread.interval(gains))
        seconds = mean(one["cpu_seconds"] for data in sets for one in told[side, data])
        by_side[side] = Score(side, mean(here), more, seconds)
    seeds = min(len(rows) for rows in told.values())
    return Scores(by_side, len(sets), seeds, found["conditions"]["train"])
