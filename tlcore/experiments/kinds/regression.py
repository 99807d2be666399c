"""A line through points by least squares, and how far it is off on a point it has not seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tlcore import catalog


@dataclass(frozen=True)
class Line:
    """y = intercept + slope * x.  `off`: mean distance of a point left out of the fit."""

    slope: float
    intercept: float
    off: float

    def at(self, x: float) -> float:
        return self.intercept + self.slope * x


@dataclass(frozen=True)
class Point:
    """A downloaded backbone: `x` is the logarithm to base 10 of its multiply-adds a picture, `y`
    its ImageNet top-1 accuracy in percent, as published with its weights."""

    id: str
    x: float
    y: float
    recipe: str


RECIPE = "newer"  # of the line: the one by which most of these weights were trained


def points() -> list[Point]:
    rows = [row for row in catalog.backbones().values() if row.weights != "embedded"]
    return [
        Point(row.id, math.log10(row.macs), row.top1, row.recipe)
        for row in rows
        if row.top1 is not None
    ]


def alike(found: Sequence[Point]) -> list[Point]:
    """Those of one recipe: through points of several a line would say what recipes do, too."""
    return [point for point in found if point.recipe == RECIPE]


def fit(xs: Sequence[float], ys: Sequence[float]) -> Line:
    """At least three points, not all at one place."""
    x, y = np.asarray(xs, float), np.asarray(ys, float)
    middle, height = x.mean(), y.mean()
    spread = ((x - middle) ** 2).sum()
    slope = float(((x - middle) * (y - height)).sum() / spread)
    intercept = float(height - slope * middle)
    # Left out in turn without fitting again: the residual over 1 - leverage.
    leverage = 1 / len(x) + (x - middle) ** 2 / spread
    left_out = np.abs(y - intercept - slope * x) / (1 - leverage)
    return Line(slope, intercept, float(left_out.mean()))
