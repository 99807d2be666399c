"""What `python -m tlcore effects` recorded of each regulariser: pairs of seeds, by length.

A live pair is a few seeds of one setting, asked some test pictures.  Here all settings are there,
with more seeds and all test pictures, so that a small effect can be seen.  No torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tlcore import catalog
from tlcore.catalog import source_task
from tlcore.ground import recorded
from tlcore.training import effects
from tlcore.training.effects import EFFECTS, Effect

FILE = recorded.FOLDER / "effects.json"
WITHOUT = "without"  # the usual recipe, the other half of every pair


class Step(NamedTuple):
    """One training of the recording."""

    data: str
    epochs: int
    effect: str  # WITHOUT, or a key of EFFECTS
    seed: int


class Found(NamedTuple):
    """On the test pictures of the new task, and on those of the source (None: not asked)."""

    target: float
    source: float | None


def step(run: dict[str, Any]) -> Step:
    return Step(run["data"], run["epochs"], run["effect"], run["seed"])


@dataclass(frozen=True)
class Record:
    conditions: dict[str, Any]
    runs: dict[Step, Found]

    def lengths(self, data: str) -> list[int]:
        """In epochs, those of which every effect has two pairs at least."""
        known = sorted({one.epochs for one in self.runs if one.data == data})
        return [epochs for epochs in known if len(self.target(data, epochs)) == len(EFFECTS)]

    def target(self, data: str, epochs: int) -> dict[str, Effect]:
        """What each setting changed on the new task."""
        return self._effects(data, epochs, 0)

    def source(self, data: str, epochs: int) -> dict[str, Effect]:
        """The same on the source task: what it kept from being forgotten."""
        return self._effects(data, epochs, 1)

    def usual(self, data: str, epochs: int) -> Found:
        """Means of the training without any of them."""
        found = list(self._of(data, epochs, WITHOUT).values())
        source = [one.source for one in found if one.source is not None]
        target = sum(one.target for one in found) / len(found)
        return Found(target, sum(source) / len(source) if source else None)

    def _of(self, data: str, epochs: int, effect: str) -> dict[int, Found]:
        """Seed -> what was found."""
        asked = (data, epochs, effect)
        return {one.seed: found for one, found in self.runs.items() if one[:3] == asked}

    def _effects(self, data: str, epochs: int, which: int) -> dict[str, Effect]:
        without, told = self._of(data, epochs, WITHOUT), {}
        asked = source_task.ASKED if which else catalog.dataset(data).test
        for name in EFFECTS:
            with_it = self._of(data, epochs, name)
            seeds = sorted(without.keys() & with_it.keys())
            before = [without[seed][which] for seed in seeds]
            after = [with_it[seed][which] for seed in seeds]
            if len(seeds) > 1 and None not in (*before, *after):
                told[name] = effects.of(
                    [b or 0.0 for b in before], [a or 0.0 for a in after], asked
                )
        return told


@cache
def record(file: Path = FILE) -> Record | None:
    """What is shipped; None until the recording has been made."""
    found = recorded.read(file)
    if found is None:
        return None
    runs = {step(run): Found(run["target"], run["source"]) for run in found["runs"]}
    return Record(found["conditions"], runs)
