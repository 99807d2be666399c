"""How the cost of fine-tunes grows with images, epochs, depths and seeds, as it was recorded.

`python -m tlcore scaling` writes assets/evidence/scaling.json (tlcore.experiments.scaling.command).
No torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from tlcore.ground import recorded

FILE = recorded.FOLDER / "scaling.json"
AXES: dict[str, tuple[int, ...]] = {  # what grows, from to
    "images": (100, 200, 400, 800, 1_600),
    "epochs": (2, 4, 8, 16, 32),
    "depths": (2, 3, 5, 9),  # the two: only the head learns, and everything
    "seeds": (1, 2, 4, 8),
}
ENDS = ("head_only", "everything")  # of images and epochs: what is frozen whole, what learns whole
TOGETHER = "together"  # of depths and seeds: all runs of the comparison


class Step(NamedTuple):
    """One measurement: `round` counts the repetitions."""

    axis: str
    at: int
    what: str
    round: int


@dataclass(frozen=True)
class Curve:
    """CPU seconds by what grows, medians over the rounds."""

    axis: str
    what: str
    points: tuple[tuple[int, float], ...]

    @property
    def times(self) -> tuple[float, float]:
        """How many times more of it, and how many times the seconds."""
        (first, low), (last, high) = self.points[0], self.points[-1]
        return last / first, high / low

    def proportional(self) -> tuple[tuple[int, float], ...]:
        """Where the points would lie if each cost what the first one does."""
        first, seconds = self.points[0]
        return tuple((at, seconds * at / first) for at, _ in self.points)


@dataclass(frozen=True)
class Record:
    conditions: dict[str, Any]
    seconds: dict[Step, float]

    @property
    def rounds(self) -> int:
        return len({step.round for step in self.seconds})

    def curve(self, axis: str, what: str) -> Curve:
        found: dict[int, list[float]] = {}
        for step, seconds in self.seconds.items():
            if (step.axis, step.what) == (axis, what):
                found.setdefault(step.at, []).append(seconds)
        return Curve(axis, what, tuple((at, median(found[at])) for at in sorted(found)))

    def curves(self, axis: str) -> tuple[Curve, ...]:
        named = (*ENDS, TOGETHER)
        found = (self.curve(axis, what) for what in named)
        return tuple(curve for curve in found if len(curve.points) > 1)


@cache
def record(file: Path = FILE) -> Record | None:
    """What is shipped; None until it has been recorded."""
    found = recorded.read(file)
    if found is None:
        return None
    steps = {Step(r["axis"], r["at"], r["what"], r["round"]): r["seconds"] for r in found["runs"]}
    return Record(found["conditions"], steps)
