"""What sets several runs apart, and what several seeds say together.  Standard library only.

Which blocks learn is three numbers of a spec and one setting to a reader: here it is "plan".
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from tlcore.ground import recipe
from tlcore.ground.recipe import Knobs
from tlcore.ground.spread import half
from tlcore.runs.run import Run

PLAN = ("read", "keep", "freeze", "learns")
# What specs of old runs lack, because it came later.
LATER = dataclasses.asdict(Knobs()) | recipe.LATER
SETTINGS = (
    *("backbone", "side", "data", "train_size", "difficulty", "shift", "plan", "epochs", "batch"),
    *("optimizer", "bias_correction", "lr", "head_lr", "head_start", "schedule", "unfreeze"),
    *("layer_decay", "weight_decay", "decay_to", "dropout", "label_smoothing", "augment", "views"),
    *("kept_epoch", "patience"),
    *("device", "precision", "memory_format", "seed"),
)
FIRST = ("plan", "train_size", "data", "backbone", "lr", "head_lr", "epochs")  # name a run best
TELLING = (*FIRST, *(s for s in SETTINGS if s not in FIRST))


def value(spec: Mapping[str, Any], setting: str) -> Any:
    if setting == "plan":
        return tuple(spec.get(f, LATER.get(f)) for f in PLAN)
    return spec.get(setting, LATER.get(setting))


def differing(specs: Sequence[Mapping[str, Any]]) -> list[str]:
    """The settings that are not the same in all `specs`."""
    return [s for s in SETTINGS if len({value(spec, s) for spec in specs}) > 1]


def telling(specs: Sequence[Mapping[str, Any]]) -> list[str]:
    """As few of the differing settings as set these specs apart: the most telling one first."""
    left, found = differing(specs), list[str]()
    while left and _apart(specs, found) < _apart(specs, left + found):
        best = max(left, key=lambda s: (_apart(specs, [*found, s]), -TELLING.index(s)))
        left.remove(best)
        found.append(best)
    return sorted(found, key=TELLING.index)


def _apart(specs: Sequence[Mapping[str, Any]], settings: Sequence[str]) -> int:
    return len({tuple(value(spec, s) for s in settings) for spec in specs})


def without_seed(spec: Mapping[str, Any]) -> tuple[Any, ...]:
    """Equal for runs that differ in nothing but the draw."""
    return tuple(value(spec, s) for s in SETTINGS if s != "seed")


def another_seed(spec: Mapping[str, Any], used: Collection[int]) -> int:
    """The smallest seed that was not used yet."""
    taken = {*used, spec["seed"]}
    return next(seed for seed in range(len(taken) + 1) if seed not in taken)


@dataclass(frozen=True)
class SeedGroup:
    """Finished runs that differ in the seed only.  `half`: of the 95 % interval of the mean by
    Student's t over seeds; None for one run, which says nothing of its spread."""

    runs: tuple[Run, ...]  # one a seed: the same seed again is the same draw
    mean: float
    half: float | None

    @property
    def n(self) -> int:
        return len(self.runs)


def by_seed(runs: Sequence[Run]) -> list[SeedGroup]:
    """Finished runs, joined where they differ in the seed only, in the order they came."""
    groups: dict[tuple[Any, ...], dict[int, Run]] = {}
    for run in runs:
        if run.status == "finished" and run.result:
            groups.setdefault(without_seed(run.spec), {}).setdefault(run.spec["seed"], run)
    return [_group(tuple(found.values())) for found in groups.values()]


def _group(runs: tuple[Run, ...]) -> SeedGroup:
    scores = [float((run.result or {})["test_accuracy"]) for run in runs]
    return SeedGroup(runs, mean(scores), half(scores) if len(scores) > 1 else None)
