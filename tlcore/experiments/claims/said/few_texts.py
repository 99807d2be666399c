"""Claim 12, of little text: rates by layer that rise and fall against one rate throughout.

The recipe and its sizes are those of tlcore.experiments.text.ways: what differs between seeds
is the head's first values, the order of the texts and dropout; the texts are the same.  Spread is
judged as Brown and Forsythe do: by how far each seed ends from the median of its way.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

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
from tlcore.experiments.text.presets import SPREAD
from tlcore.ground import spread

WAYS = ("plain", "both", "head")  # they decide the claim
PARTS = {  # mark: the way that has it, and the one that differs in nothing else
    "decay": ("decay", "plain"),
    "rise": ("warm_up", "decay"),
    "ladder": ("ladder", "plain"),
    "correction": ("plain", "uncorrected"),
    "correction_warm_up": ("warm_up", "uncorrected_warm_up"),
    "longer": ("longer", "warm_up"),
}
SPREADS = (
    *("plain", "decay", "warm_up", "ladder", "both"),
    *("uncorrected", "uncorrected_warm_up", "longer"),
)
KEYS = (*SPREADS, "head")


def judge(rows: Sequence[Row]) -> Verdict:
    """The recipe ends higher, and nearer to its own median; the head alone stays behind it.

    What each part of it does, what the correction of Adam's bias and more epochs do, are marks
    beside it: they decide nothing.
    """
    whole = [row for row in rows if all(way in row for way in WAYS)]
    found = {way: [100 * row[way] for row in whole] for way in WAYS}
    plain, both, head = (found[way] for way in WAYS)
    gain = [more - less for more, less in zip(both, plain, strict=True)]
    behind = [more - less for more, less in zip(both, head, strict=True)]
    calmer = [far - near for far, near in zip(_apart(plain), _apart(both), strict=True)]
    marks = [point("gain", gain), point("head", behind)] if whole else []
    for part, ways in PARTS.items():
        if gaps := over(rows, ways, lambda more, less: 100 * (more - less)):
            marks.append(point(part, gaps))
    for way in SPREADS:
        if len(known := over(rows, (way,), lambda score: 100 * score)) > 1:
            marks.append(_deviation(f"sd_{way}", known))
    effects = (effect("gain", gain, 0), effect("spread", calmer, 0), effect("head", behind, 0))
    return Verdict(effects, tuple(marks), len(whole))


def _apart(found: Sequence[float]) -> list[float]:
    """Of each seed, from the median."""
    return [abs(one - median(found)) for one in found]


def _deviation(label: str, found: Sequence[float]) -> Point:
    """Its interval is not symmetric: the mark has half of its width."""
    told, low, high = spread.deviation(found)
    return Point(label, told, (high - low) / 2)


CLAIM = Claim(
    12,
    "few_texts",
    50,
    # ULMFiT's errors on IMDb: full 6.87 and last layer only 6.49 against the whole recipe, 5.00; it
    # prints no spread.  Mosbach et al. 2020 (arXiv:2006.04884) do, but of what they changed (Adam's
    # bias correction, 20 epochs for 3, early stopping; the warm-up is in both of their arms), not
    # of this recipe.
    Published(
        (Point("gain", 6.87 - 5.00), Point("head", 6.49 - 5.00)),
        "points",
        "Howard & Ruder 2018, arXiv:1801.06146",
        "https://arxiv.org/abs/1801.06146",
        "transcription",
    ),
    "tlcore.experiments.claims.run.few_texts:measure",
    judge,
    settings=SPREAD.model_dump(exclude={"kind", "seeds", "seed", "backbone"}),
    backbone=SPREAD.backbone,
    keys=KEYS,
)
