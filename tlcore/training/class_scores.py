"""What an accuracy is set against, and what it hides where classes are unequal.

With 60 pictures of one class and 6 of another, always saying the first is right in 91%: so that,
and not one over the number of classes, is what a score is compared with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

UNEQUAL = 1.5  # the largest class against the smallest: from here on more than accuracy is told

Confusion = Sequence[Sequence[int]]  # rows are the truth, columns the answers


def commonest(truth: Iterable[Hashable]) -> float:
    """What always naming the most frequent class scores, of the very labels that are asked."""
    counts = Counter(truth)
    return max(counts.values()) / counts.total()


@dataclass(frozen=True)
class ClassScore:
    """One class: how many there are, which share of them was found, which share of what was called
    so is so, and their harmonic mean (F1).  None where there is nothing to take a share of."""

    asked: int
    found: float | None
    right: float | None
    f1: float | None


def each(confusion: Confusion) -> list[ClassScore]:
    """Of every class, in the order of the table."""
    scores = []
    for number, row in enumerate(confusion):
        hits, asked = row[number], sum(row)
        said = sum(other[number] for other in confusion)
        scores.append(
            ClassScore(
                asked,
                hits / asked if asked else None,
                hits / said if said else None,
                2 * hits / (asked + said) if asked + said else None,
            )
        )
    return scores


def balanced(confusion: Confusion) -> float:
    """Mean over the classes of the share that was found: each class counts as much as another."""
    return fmean(score.found for score in each(confusion) if score.found is not None)


def macro_f1(confusion: Confusion) -> float:
    """Mean of F1 over the classes that were there or were named."""
    return fmean(score.f1 for score in each(confusion) if score.f1 is not None)


def unequal(confusion: Confusion) -> bool:
    """Whether the classes differ so much in number that accuracy alone misleads."""
    counts = [sum(row) for row in confusion]
    return max(counts) >= UNEQUAL * min(counts)
