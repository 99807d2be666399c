"""Sixty-four numbers become two: principal components of handwritten digits.

The two directions along which the pictures differ most, by singular values; no label is asked.
"""

from __future__ import annotations

import gzip
import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tlcore.ground.errors import UserError

COUNT = 300  # pictures: enough for clouds, few enough to be told apart


@dataclass(frozen=True)
class Flat:
    """`places` (N, 2); `kept`: share of all differences that each of the two directions holds."""

    places: npt.NDArray[np.float64]
    kept: tuple[float, float]


def flatten(x: npt.ArrayLike) -> Flat:
    """(N, D) -> two numbers each.  The sign of a direction is free: its largest part is positive,
    so that the same pictures always lie at the same place."""
    centred = np.asarray(x, np.float64)
    centred = centred - centred.mean(0)
    left, strength, directions = np.linalg.svd(centred, full_matrices=False)
    sign = np.sign(directions[np.arange(2), np.abs(directions[:2]).argmax(1)])
    shares = strength**2 / (strength**2).sum()
    return Flat(left[:, :2] * strength[:2] * sign, (float(shares[0]), float(shares[1])))


@cache
def digits() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """(COUNT, 64) grey values 0..16 and what they show, from scikit-learn's own file, which is
    read without importing it.  Raises UserError("data.damaged")."""
    found = importlib.util.find_spec("sklearn")
    if found is None or found.origin is None:
        raise UserError("data.damaged", file="digits.csv.gz")
    file = Path(found.origin).parent / "datasets" / "data" / "digits.csv.gz"
    try:
        with gzip.open(file, "rt") as text:
            table = np.loadtxt(text, delimiter=",", max_rows=COUNT)
    except (OSError, EOFError, ValueError):
        raise UserError("data.damaged", file=file.name) from None
    return table[:, :64], table[:, 64].astype(np.int64)
