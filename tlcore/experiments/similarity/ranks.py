"""Rank correlation of two orders of a few sets: its chance level is counted, not assumed."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np


def spearman(one: Sequence[float], other: Sequence[float]) -> float:
    """-1..1: correlation of the ranks, ties at their mean rank; 0 where one side is all ties."""
    a, b = _ranks(one), _ranks(other)
    a, b = a - a.mean(), b - b.mean()
    most = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum()) / most if most > 0 else 0.0


def kendall(one: Sequence[float], other: Sequence[float]) -> float:
    """tau-b, -1..1: pairs in the same order less pairs in the opposite one, ties allowed for."""
    signs = [
        (np.sign(one[i] - one[j]), np.sign(other[i] - other[j]))
        for i, j in itertools.combinations(range(len(one)), 2)
    ]
    most = float(np.sqrt(sum(a != 0 for a, _ in signs) * sum(b != 0 for _, b in signs)))
    return float(sum(a * b for a, b in signs)) / most if most > 0 else 0.0


def by_chance(one: Sequence[float], other: Sequence[float]) -> float:
    """Share of all orders of `one` that agree with `other` at least as well (Spearman)."""
    found = spearman(one, other) - 1e-9
    orders = list(itertools.permutations(one))
    return sum(spearman(order, other) >= found for order in orders) / len(orders)


def _ranks(values: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    x = np.asarray(values, np.float64)
    below, ties = (x[:, None] > x).sum(1), (x[:, None] == x).sum(1)
    ranks: np.ndarray[tuple[int], np.dtype[np.float64]] = below + (ties - 1) / 2
    return ranks
