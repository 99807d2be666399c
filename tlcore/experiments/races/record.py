"""What `python -m tlcore races` has measured: scores and steps of each entrant over seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from tlcore.experiments.races import reach
from tlcore.ground import recorded, spread

FILES = {name: recorded.FOLDER / f"{name}.json" for name in ("steps", "grown")}


@dataclass(frozen=True)
class Steps:
    """Steps to 90 % over seeds; a seed in which it was not reached counts as `never`."""

    middle: float | None  # None: more than half never did
    least: int | None
    most: int | None
    never: int


@dataclass(frozen=True)
class Entrant:
    """One entrant over its seeds: test accuracy with 95 % interval, steps, CPU seconds."""

    name: str
    seeds: int
    accuracy: float
    half_width: float
    cpu_seconds: float
    own: Steps  # to 90 % of its own final validation accuracy
    best: Steps  # to 90 % of the best one's, seed by seed


def read(file: Path) -> dict[str, Any]:
    """Empty where nothing was recorded yet."""
    return recorded.read(file) or {"conditions": {}, "runs": []}


@cache
def _measured(what: str) -> dict[str, Any]:
    return read(FILES[what])


def conditions(what: str) -> dict[str, Any]:
    found: dict[str, Any] = _measured(what)["conditions"]
    return found


def entrants(
    what: str, names: Sequence[str], size: int, source: str | None = None
) -> list[Entrant]:
    """Of one race, in this order, over the seeds that all of them have; [] where there are fewer
    than two."""
    runs = [r for r in _measured(what)["runs"] if r.get("size") == size]
    runs = [r for r in runs if r.get("source") in (None, source)]
    by_seed = {name: {r["seed"]: r for r in runs if r["entrant"] == name} for name in names}
    shared = sorted(set.intersection(*(set(found) for found in by_seed.values())))
    if len(shared) < 2:
        return []
    targets = [_target([by_seed[name][seed] for name in names]) for seed in shared]
    return [_entrant(name, [by_seed[name][s] for s in shared], targets) for name in names]


def gain(what: str, better: str, worse: str, size: int, source: str) -> tuple[float, float] | None:
    """Mean difference of test accuracy, paired by seed, and its 95 % half-width."""
    runs = [r for r in _measured(what)["runs"] if r.get("size") == size]
    left, right = (
        {
            r["seed"]: r["test_accuracy"]
            for r in runs
            if r["entrant"] == name and r.get("source") in (None, source)
        }
        for name in (better, worse)
    )
    shared = sorted(left.keys() & right.keys())
    if len(shared) < 2:
        return None
    return spread.interval([left[seed] - right[seed] for seed in shared])


def pretraining(source: str) -> list[Mapping[str, Any]]:
    """The pre-trainings themselves: source accuracy and CPU seconds, one a seed."""
    runs = _measured("grown")["runs"]
    return [r for r in runs if r["entrant"] == "pretrain" and r["source"] == source]


def _entrant(name: str, runs: list[dict[str, Any]], targets: list[float]) -> Entrant:
    accuracy, half_width = spread.interval([r["test_accuracy"] for r in runs])
    own = [reach.of_own(_rows(r)) for r in runs]
    best = [reach.reached(_rows(r), target) for r, target in zip(runs, targets, strict=True)]
    return Entrant(
        name=name,
        seeds=len(runs),
        accuracy=accuracy,
        half_width=half_width,
        cpu_seconds=sum(r["cpu_seconds"] for r in runs) / len(runs),
        own=_steps([found.step if found else None for found in own]),
        best=_steps([found.step for found in best]),
    )


def _target(runs: list[dict[str, Any]]) -> float:
    return reach.SHARE * max(float(r["curve"][-1][1]) for r in runs)


def _rows(run: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"epoch": epoch, "step": step, "val_accuracy": accuracy}
        for epoch, (step, accuracy) in enumerate(run["curve"])
    ]


def _steps(found: list[int | None]) -> Steps:
    known = sorted(step for step in found if step is not None)
    never = len(found) - len(known)
    if not known:
        return Steps(None, None, None, never)
    middle = median(known + [float("inf")] * never)
    return Steps(None if middle == float("inf") else middle, known[0], known[-1], never)
