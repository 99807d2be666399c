"""What `python -m tlcore depths` recorded: accuracy against the number of blocks copied, in bands.

base B learned task B from nothing.  BnB: its first n blocks copied and frozen, the rest anew.
AnB: those of A.  BnB+ and AnB+: copied, then left to learn.  Differences are paired by seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from tlcore import recorded
from tlcore.spread import interval

FILE = recorded.FOLDER / "depths.json"
BASE = "base"
TUNED = ("BnB+", "AnB+")
HARDLY = 0.02  # a band of two points either way still lets "about the same" be said
Shape = Literal["flat", "dip", "falls", "rises"]


@dataclass(frozen=True)
class Split:
    """Which data set stands for B, and the curves that are drawn for it."""

    data: str
    curves: tuple[str, ...]


SPLITS = {
    "similar": Split("garments", ("BnB", "AnB", "BnB+", "AnB+")),
    "different": Split("font_digits", ("BnB", "AnB")),
}


class Step(NamedTuple):
    """One run of the recording; `n` blocks are copied, 0 for the base."""

    split: str
    curve: str
    n: int
    seed: int


class Point(NamedTuple):
    """Mean over seeds and half-width of its 95 % interval; None: one run only."""

    n: int
    mean: float
    half: float | None
    seeds: int


class Drop(NamedTuple):
    """What is lost at depth n, in shares of 1, with 95 % half-widths, paired by seed.

    `co_adaptation` = base B - BnB: neighbours that had learned to work together were parted.
    `specificity` = BnB - AnB: the features fit A's task better than B's.  Below 0: a gain.
    """

    n: int
    co_adaptation: tuple[float, float]
    specificity: tuple[float, float]


def step(run: dict[str, Any]) -> Step:
    return Step(run["split"], run["curve"], run["n"], run["seed"])


@dataclass(frozen=True)
class Record:
    conditions: dict[str, Any]
    runs: dict[Step, float]

    @property
    def depths(self) -> list[int]:
        return sorted({step.n for step in self.runs} - {0})

    @property
    def splits(self) -> list[str]:
        """Those with something to draw: the base and two frozen curves, two seeds each."""
        return [name for name in SPLITS if self._drawable(name)]

    def _drawable(self, split: str) -> bool:
        wanted = [(BASE, 0), *((c, n) for c in ("BnB", "AnB") for n in self.depths)]
        return len(wanted) > 1 and all(len(self._of(split, *one)) > 1 for one in wanted)

    def _of(self, split: str, curve: str, n: int) -> dict[int, float]:
        """Seed -> test accuracy."""
        asked = (split, curve, n)
        return {step.seed: a for step, a in self.runs.items() if step[:3] == asked}

    def base(self, split: str) -> Point:
        return _point(0, list(self._of(split, BASE, 0).values()))

    def curve(self, split: str, name: str) -> list[Point]:
        by_depth = ((n, self._of(split, name, n)) for n in self.depths)
        return [_point(n, list(found.values())) for n, found in by_depth if found]

    def drop(self, split: str, n: int) -> Drop:
        """Of the frozen copies of n blocks."""
        base, own, other = (self._of(split, *one) for one in ((BASE, 0), ("BnB", n), ("AnB", n)))
        return Drop(n, _paired(base, own), _paired(own, other))

    def shape(self, split: str, name: str) -> Shape | None:
        """What a frozen curve does over its depths; None where the bands leave it open.

        A loss counts where its 95 % band lies above 0.  "dip": half of the largest loss, or more,
        is won back by the last depth.
        """
        base = self._of(split, BASE, 0)
        lost = [_paired(base, self._of(split, name, n)) for n in self.depths]
        clear = [loss if loss - half > 0 else 0.0 for loss, half in lost]
        most, (last, half) = max(clear), lost[-1]
        if last + half < 0:
            return "rises"
        if most == 0:
            return "flat" if all(half < HARDLY for _, half in lost) else None
        if clear[-1] > most / 2:
            return "falls"
        return "dip" if last < most / 2 else None


def _point(n: int, values: list[float]) -> Point:
    if len(values) < 2:
        return Point(n, sum(values) / len(values), None, len(values))
    return Point(n, *interval(values), len(values))


def _paired(more: dict[int, float], less: dict[int, float]) -> tuple[float, float]:
    return interval([more[seed] - less[seed] for seed in sorted(more.keys() & less.keys())])


@cache
def record(file: Path = FILE) -> Record | None:
    """What is shipped; None until the recording has been made."""
    found = recorded.read(file)
    if found is None:
        return None
    return Record(found["conditions"], {step(r): r["test_accuracy"] for r in found["runs"]})
