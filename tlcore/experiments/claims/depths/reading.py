"""What `python -m tlcore depths` recorded: accuracy against the number of blocks copied, in bands.

base B learned task B from nothing.  BnB: its first n blocks copied and frozen, the rest anew.
AnB: those of A.  BnB+ and AnB+: copied, then left to learn.  Differences are paired by seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from tlcore.ground import difference, recorded
from tlcore.ground.difference import Difference
from tlcore.ground.spread import interval

FILE = recorded.FOLDER / "depths.json"
BASE = "base"
TUNED = ("BnB+", "AnB+")
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
    """What is lost at depth n, in shares of 1, paired by seed.

    `co_adaptation` = base B - BnB: neighbours that had learned to work together were parted.
    `specificity` = BnB - AnB: the features fit A's task better than B's.  Below 0: a gain.
    """

    n: int
    co_adaptation: Difference
    specificity: Difference


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
        return Drop(n, self._paired(base, own), self._paired(own, other))

    def gain(self, split: str, name: str, n: int) -> Difference | None:
        """What a curve has more than the base at depth n, paired by seed; None of one run."""
        base, found = self._of(split, BASE, 0), self._of(split, name, n)
        return self._paired(found, base) if len(base.keys() & found.keys()) > 1 else None

    def _paired(self, more: dict[int, float], less: dict[int, float]) -> Difference:
        seeds = sorted(more.keys() & less.keys())
        asked = self.conditions.get("test", 0)
        return difference.of_seeds([more[s] for s in seeds], [less[s] for s in seeds], asked)

    def shape(self, split: str, name: str) -> Shape | None:
        """What a frozen curve does over its depths; None where there are too few runs to say.

        A loss counts where tlcore.ground.difference says so: above 0, not within the margin.
        "flat": equal to the base at every depth.  "dip": half of the largest loss, or more, is won
        back by the last depth.
        """
        base = self._of(split, BASE, 0)
        lost = [self._paired(base, self._of(split, name, n)) for n in self.depths]
        clear = [loss.mean if loss.word == "ahead" else 0.0 for loss in lost]
        most, last = max(clear), lost[-1]
        if last.word == "behind":
            return "rises"
        if most == 0:
            return "flat" if all(loss.word == "equal" for loss in lost) else None
        if clear[-1] > most / 2:
            return "falls"
        return "dip" if last.mean < most / 2 else None


def _point(n: int, values: list[float]) -> Point:
    if len(values) < 2:
        return Point(n, sum(values) / len(values), None, len(values))
    return Point(n, *interval(values), len(values))


@cache
def record(file: Path = FILE) -> Record | None:
    """What is shipped; None until the recording has been made."""
    found = recorded.read(file)
    if found is None:
        return None
    return Record(found["conditions"], {step(r): r["test_accuracy"] for r in found["runs"]})
