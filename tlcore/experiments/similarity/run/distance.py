"""How far two sets of features lie apart, no labels asked: proxy A-distance, Frechet distance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tlcore.experiments.similarity.run.hscore import ledoit_wolf
from tlcore.networks.seeds import derive
from tlcore.training.transfer.linear import DIGITS, Floats, folds, held_out, standardised


def same_number(ours: npt.ArrayLike, theirs: npt.ArrayLike, seed: int = 0) -> tuple[Floats, Floats]:
    """As many of each: (N, C) and (M, C) -> twice (min(N, M), C), drawn by `seed`."""
    a, b = np.asarray(ours, np.float64), np.asarray(theirs, np.float64)
    count = min(len(a), len(b))
    rng = np.random.default_rng(derive(seed, "same number"))
    return a[rng.permutation(len(a))[:count]], b[rng.permutation(len(b))[:count]]


def proxy_a_distance(ours: Floats, theirs: Floats) -> float:
    """2 (1 - 2 err), Ben-David et al. 2007: 0 cannot be told apart .. 2 always told apart.

    `err` is that of a linear classifier on pictures it has not seen (ten folds): with the error on
    those it has seen, many channels tell any two sets apart.
    """
    sides = np.repeat([0, 1], [len(ours), len(theirs)])
    x = standardised(np.concatenate([ours, theirs]))
    signs = 2.0 * sides[:, None] - 1
    said = held_out(x, signs, folds(sides))[:, 0].round(DIGITS) > 0
    error = float((said != (sides == 1)).mean())
    return min(2.0, max(0.0, 2 * (1 - 2 * error)))


def frechet(ours: Floats, theirs: Floats) -> float:
    """|m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^1/2), as a share of its largest value for these means
    and spreads: 0 same mean and covariance .. 1.  Covariances are shrunk (Ledoit and Wolf)."""
    apart = float(((ours.mean(0) - theirs.mean(0)) ** 2).sum())
    first, second = _covariance(ours), _covariance(theirs)
    values, turn = np.linalg.eigh(first)
    root = (turn * np.sqrt(np.maximum(values, 0))) @ turn.T
    common = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ second @ root), 0)).sum()
    most = apart + float(np.trace(first) + np.trace(second))
    return max(0.0, (most - 2 * float(common)) / most) if most > 0 else 0.0


def _covariance(x: Floats) -> Floats:
    x = x - x.mean(0)
    shrinkage, mean = ledoit_wolf(x)
    found: Floats = (1 - shrinkage) * (x.T @ x) / len(x) + shrinkage * mean * np.eye(x.shape[1])
    return found
