"""What a measured similarity says in words, hedged, and where data lie in the matrix.  No torch.

The thresholds were written down before anything was measured and are not fitted to anything: the
literature gives none, and no score of similarity is reliable enough to be called a predictor
(42,000 experiments, arXiv:2503.18528; science.md section 2).  What decides is a run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Literal

NEAR, FAR = 2 / 3, 1 / 3  # thirds: the score is not sharp enough for more than three words
# The distance to the source counts twice: what learned weights gain over random ones says that
# they are useful here, and that mixes nearness with how hard the classes are to tell apart.
DISTANCE_WEIGHT, GAIN_WEIGHT = 2, 1
# The matrix puts its border at 400 pictures: 40 a class for ten classes, 100 for four; 63 is
# their geometric mean.  Its ends, 8 and 20,000, are 2 a class for four and 2,000 for ten.
SMALLEST, BORDER, LARGEST = 2, 63, 2_000  # training pictures a class
FEWEST = 20  # below, an accuracy of 50 % has a 95 % interval of 30 to 70 %, or wider
_Z95 = 1.959964

Word = Literal["near", "between", "far", "useful", "useless", "too_few"]


@dataclass(frozen=True)
class Place:
    """Of the matrix, as in tlcore.experiments.matrix.advisor: x 0 similar .. 1 different, y 0 small
    .. 1 large."""

    x: float
    y: float
    per_class: float


@dataclass(frozen=True)
class Nearness:
    """`word` and each of `notes` are texts under `nearness.`; `values` fill them all."""

    word: Word
    notes: tuple[str, ...]
    similarity: float  # 0..1
    block: int  # best to read at, counted from 1
    place: Place
    values: dict[str, Any]


def read(result: Mapping[str, Any]) -> Nearness:
    """From the result row of tlcore.experiments.similarity.run.

    Without source features (a backbone whose source pictures may not be passed on) nothing is
    said of near or far: only whether the learned weights are useful here.
    """
    n, blocks = result["n"], result["blocks"]
    best = max(blocks, key=lambda block: block["probe"])
    random = max(block["probe"] for block in result["random"]["blocks"])
    pixels = result["pixels"]["probe"]
    gain = gain_over(random, best["probe"])
    distances = [block["pad"] for block in blocks if block["pad"] is not None]
    similarity = combined(distances, gain)
    number = 1 + earliest_as_good([block["probe"] for block in blocks], n)
    notes = []
    if not better(best["probe"], random, n):
        notes.append("random_as_good")
    if not better(best["probe"], pixels, n):
        notes.append("pixels_as_good")
    if distances and min(distances) > 1.9:  # held-out error below 2.5 %, at every block
        notes.append("always_told_apart")
    if number < len(blocks):
        notes.append("earlier_block")
    if not distances:
        notes.append("no_source")
    values = {
        "probe": f"{best['probe']:.1%}",
        "random": f"{random:.1%}",
        "pixels": f"{pixels:.1%}",
        "block": number,
        "blocks": len(blocks),
        "n": n,
        "similarity": f"{similarity:.2f}",
    }
    told = place(similarity, result["train_pool"], result["classes"])
    word = _word(similarity, bool(distances), "random_as_good" in notes)
    if n < FEWEST or result["fewest"] < 2:
        word, notes = "too_few", []
    return Nearness(word, tuple(notes), similarity, number, told, values)


def _word(similarity: float, against_source: bool, random_as_good: bool) -> Word:
    if not against_source:
        return "useless" if random_as_good else "useful"
    if similarity >= NEAR:
        return "near"
    return "far" if similarity <= FAR else "between"


def gain_over(random: float, learned: float) -> float:
    """Share of the mistakes with random weights that learned weights take away, 0..1."""
    return 0.0 if random >= 1 else min(1.0, max(0.0, (learned - random) / (1 - random)))


def combined(distances: Sequence[float], gain: float) -> float:
    """0 unlike .. 1 alike: 1 - PAD/2 (mean over the blocks) and the gain; the gain alone where
    no distance could be measured."""
    if not distances:
        return gain
    alike = 1 - fmean(distances) / 2
    return (DISTANCE_WEIGHT * alike + GAIN_WEIGHT * gain) / (DISTANCE_WEIGHT + GAIN_WEIGHT)


def earliest_as_good(accuracies: Sequence[float], n: int) -> int:
    """Index of the first block within one standard error of the best (the one-standard-error rule,
    Breiman et al. 1984): of what noise cannot tell apart, the cheapest and most general."""
    best = max(accuracies)
    floor = best - math.sqrt(best * (1 - best) / n)
    return next(i for i, accuracy in enumerate(accuracies) if accuracy >= floor)


def better(one: float, other: float, n: int) -> bool:
    """Beyond the noise of two shares of `n` pictures; counted as independent, the wider bound."""
    return one - other > _Z95 * math.sqrt((one * (1 - one) + other * (1 - other)) / n)


def place(similarity: float, pictures: int, classes: int) -> Place:
    """Each half of the axis of size has its own logarithmic scale, as in
    tlcore.experiments.matrix.advisor."""
    each = pictures / classes
    if each < BORDER:
        y = 0.5 * math.log(max(each, SMALLEST) / SMALLEST) / math.log(BORDER / SMALLEST)
    else:
        y = 0.5 + 0.5 * math.log(min(each, LARGEST) / BORDER) / math.log(LARGEST / BORDER)
    return Place(round(1 - similarity, 4), round(y, 4), round(each, 1))
