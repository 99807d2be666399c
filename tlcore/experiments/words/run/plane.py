"""Vectors as points on paper, layer after layer, so that the eye can follow them.

Each layer has two axes of its own (its principal components).  Axes have no meaning of their own
and may point anywhere, so every map is turned, or mirrored, to lie as near as it can to the one
before (orthogonal Procrustes; Schoenemann 1966): what moves has moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tlcore.experiments.words.run.vectors import unit

Floats = npt.NDArray[np.float64]


class Map(NamedTuple):
    points: Floats  # (n, 2); of vectors of length 1, so that distance speaks of direction
    share: float | None  # of the variance; None where all points are one


def maps(layers: Sequence[npt.NDArray[np.floating]]) -> list[Map]:
    """(n, D) each -> a map each."""
    found: list[Map] = []
    for vectors in layers:
        flat = flatten(vectors)
        if found:
            flat = Map(turned(flat.points, found[-1].points), flat.share)
        found.append(flat)
    return found


def flatten(vectors: npt.NDArray[np.floating]) -> Map:
    """The two directions in which the vectors differ most."""
    rows = unit(vectors)
    centred = rows - rows.mean(0)
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    total = float((sizes**2).sum())
    if total < 1e-12:
        return Map(np.zeros((len(rows), 2)), None)
    points = np.zeros((len(rows), 2))
    two = centred @ axes[:2].T
    points[:, : two.shape[1]] = two  # two points lie on a line: one axis
    return Map(points, float((sizes[:2] ** 2).sum() / total))


def turned(points: Floats, before: Floats) -> Floats:
    """`points` after the rotation or reflection that brings them nearest to `before`."""
    left, _, right = np.linalg.svd(points.T @ before)
    found: Floats = points @ (left @ right)
    return found
