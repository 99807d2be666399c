"""Accuracy against the number of labels: a small head on frozen features, several draws of which
pictures got a label.

The head is ridge regression on the classes (one against all), its penalty chosen by leaving out
each labelled picture in turn: closed form, so a whole curve takes about a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from statistics import mean
from typing import Any

import numpy as np
import numpy.typing as npt

from tlcore.data.draw import stratified
from tlcore.ground.spread import half

Ints = npt.NDArray[np.int64]
EACH = (2, 5, 10, 40)  # labels a class
DRAWS = 10
PENALTIES = (1.0, 10.0, 100.0, 1e3, 1e4)  # on standardised features


@dataclass(frozen=True)
class Features:
    """(N, D) each: of the pictures that may get a label, and of those that are asked."""

    train: npt.NDArray[np.float32]
    test: npt.NDArray[np.float32]

    @cached_property
    def standardised(self) -> Features:
        """By all training pictures: that takes no label.  Made once: a curve asks 40 times."""
        middle, spread = self.train.mean(0), self.train.std(0) + 1e-3
        return Features((self.train - middle) / spread, (self.test - middle) / spread)


@dataclass(frozen=True)
class Point:
    """Mean test accuracy with so many labels, and half of its 95 % interval over the draws: None
    where there was one draw, which says nothing of its spread."""

    labels: int
    accuracy: float
    half: float | None

    def row(self) -> dict[str, Any]:
        return asdict(self)


def sizes(classes: int, pool: int) -> list[int]:
    """Numbers of labels that a curve has, none beyond the pool."""
    found = [each * classes for each in EACH if each * classes < pool]
    return [*found, pool] if len(found) < len(EACH) else found


def drawn(labels: Ints, count: int, draws: int = DRAWS) -> list[Ints]:
    """Which pictures get a label, draw by draw: equal shares of the classes."""
    return [stratified(labels, count, draw, "labels") for draw in range(draws)]


def scores(x: Features, labels: Ints, asked: Ints, picked: Sequence[Ints]) -> list[float]:
    """Test accuracy for each of `picked`; `labels` are what the head is told, of all of train."""
    return [accuracy(x, rows, labels[rows], asked) for rows in picked]


def accuracy(x: Features, rows: Ints, told: Ints, asked: Ints) -> float:
    """Of a head that is told `told` of the training pictures `rows`; `asked` are right answers."""
    from sklearn.linear_model import RidgeClassifierCV

    if len(np.unique(told)) < 2:  # one name for all pictures: nothing to tell apart
        return float((asked == told[0]).mean())
    head = RidgeClassifierCV(alphas=PENALTIES).fit(x.standardised.train[rows], told)
    return float((head.predict(x.standardised.test) == asked).mean())


def point(labels: int, found: Sequence[float]) -> Point:
    spread = round(half(found), 4) if len(found) > 1 else None
    return Point(labels, round(mean(found), 4), spread)
