"""How soon a curve comes near its end: steps to 90 % of a score, from the epoch rows of a run.

A score is looked at once an epoch, so a step told here is the end of the epoch in which it was
first reached: exact to one epoch, and one lucky epoch counts (Kornblith et al. 2019 ask the same of
odds: steps to 90 % of the best).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SHARE = 0.9


@dataclass(frozen=True)
class Reach:
    """`step` None: the curve ended below `target`, a share of pictures that are named right."""

    target: float
    step: int | None
    epoch: int | None


def final(epochs: Sequence[Mapping[str, Any]]) -> float | None:
    """Validation accuracy at the end; None where nothing was learned yet."""
    known = [e["val_accuracy"] for e in epochs if e.get("val_accuracy") is not None]
    return float(known[-1]) if len(known) > 1 else None


def reached(epochs: Iterable[Mapping[str, Any]], target: float) -> Reach:
    """The first epoch, 0 included, whose validation accuracy is `target` or more."""
    for row in epochs:
        accuracy = row.get("val_accuracy")
        if accuracy is not None and accuracy >= target:
            return Reach(target, int(row["step"]), int(row["epoch"]))
    return Reach(target, None, None)


def of_own(epochs: Sequence[Mapping[str, Any]], share: float = SHARE) -> Reach | None:
    """To `share` of what this run scored at its end."""
    end = final(epochs)
    return None if end is None else reached(epochs, share * end)


def of_best(
    curves: Mapping[str, Sequence[Mapping[str, Any]]], share: float = SHARE
) -> dict[str, Reach]:
    """To `share` of the best final score among these runs: one target for all of them."""
    ends = [end for epochs in curves.values() if (end := final(epochs)) is not None]
    if not ends:
        return {}
    return {name: reached(epochs, share * max(ends)) for name, epochs in curves.items()}
