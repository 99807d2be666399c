"""What was measured in the four cells of the matrix, as `python -m tlcore cells` wrote it.

The verdict of a cell is the cheapest strategy whose mean lies within the noise of the best one.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from tlcore.paths import ASSETS

FOLDER = ASSETS / "evidence"
T95 = {
    2: 12.71,
    3: 4.30,
    4: 3.18,
    5: 2.78,
    8: 2.36,
    10: 2.26,
}  # Student's t, two-sided 95 %, n runs


@dataclass(frozen=True)
class StrategyRow:
    """One strategy in one cell: mean over seeds, half-width of the 95 % interval, cost."""

    strategy: str
    accuracy: float
    half_width: float
    seconds: float  # mean of a whole run, one CPU core
    learning: int


@dataclass(frozen=True)
class CellEvidence:
    rows: tuple[StrategyRow, ...]
    conditions: dict[str, Any]
    per_seed: dict[str, tuple[float, ...]]

    @property
    def best(self) -> StrategyRow:
        return max(self.rows, key=lambda row: row.accuracy)

    @property
    def verdict(self) -> StrategyRow:
        """The cheapest strategy within the noise of the best: paired by seed, 95 %."""
        best = self.best
        within = [row for row in self.rows if row == best or self._ties(row, best)]
        return min(within, key=lambda row: (row.seconds, row.learning))

    def _ties(self, row: StrategyRow, best: StrategyRow) -> bool:
        pairs = zip(self.per_seed[best.strategy], self.per_seed[row.strategy], strict=True)
        centre, width = interval([b - a for b, a in pairs])
        return centre - width <= 0


def interval(values: list[float]) -> tuple[float, float]:
    """Mean and half-width of the 95 % interval by Student's t."""
    n = len(values)
    return mean(values), T95[n] * stdev(values) / math.sqrt(n)


def file(backbone: str) -> Path:
    return FOLDER / f"cells-{backbone}.json"


@cache
def _measured(backbone: str) -> dict[str, Any]:
    if not file(backbone).exists():
        return {"cells": {}}
    found: dict[str, Any] = json.loads(file(backbone).read_text(encoding="utf-8"))
    return found


def known(name: str, backbone: str) -> bool:
    """Whether this cell was measured, with two seeds at least."""
    runs = _measured(backbone)["cells"].get(name, {}).get("runs", {})
    return bool(runs) and all(len(found) > 1 for found in runs.values())


def cell(name: str, backbone: str = "clothing") -> CellEvidence:
    """The evidence of one cell of the matrix."""
    told = _measured(backbone)
    runs = told["cells"][name]["runs"]
    per_seed = {s: tuple(r["test_accuracy"] for r in found) for s, found in runs.items()}
    rows = []
    for strategy, found in runs.items():
        centre, width = interval(list(per_seed[strategy]))
        seconds = mean(r["seconds"] for r in found)
        rows.append(StrategyRow(strategy, centre, width, seconds, found[0]["learning"]))
    seeds = min(len(values) for values in per_seed.values())
    conditions = told["conditions"] | {"size": told["cells"][name]["size"], "seeds": seeds}
    return CellEvidence(tuple(rows), conditions, per_seed)
