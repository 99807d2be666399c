"""H-score with shrinkage: how much of the features' spread lies between the classes.

tr(cov(f)^-1 cov(E[f | y])), Bao et al. 2019; cov(f) is shrunk as by Ledoit and Wolf 2004, without
which the score explodes where there are fewer pictures than channels: Ibrahim et al. 2022, whose
factor (1 - shrinkage) is kept.  0 .. classes - 1.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tlcore.training.transfer.linear import Floats, Ints

_LEAST = 1e-12  # of the shrinkage: a channel that never changes must not be divided by


def hscore(features: npt.ArrayLike, labels: Ints) -> float:
    """features (N, D), labels (N,)."""
    f = np.asarray(features, np.float64)
    f = f - f.mean(0)
    n, d = f.shape
    shrinkage, mean = ledoit_wolf(f)
    keep, floor = 1 - shrinkage, max(shrinkage, _LEAST) * mean
    means = np.stack([f[labels == c].sum(0) / np.sqrt((labels == c).sum()) for c in set(labels)])
    if floor <= 0 or keep <= 0:  # all pictures alike, or nothing but noise
        return 0.0
    if d <= n:
        solved = np.linalg.solve(keep * (f.T @ f) / n + floor * np.eye(d), means.T)
        spread = (means.T * solved).sum()
    else:  # the same inverse through the n x n matrix of products (Woodbury)
        seen = f @ means.T
        inner = np.linalg.solve(f @ f.T + n * floor / keep * np.eye(n), seen)
        spread = ((means**2).sum() - (seen * inner).sum()) / floor
    return float(keep * spread / (n - 1))


def ledoit_wolf(f: Floats) -> tuple[float, float]:
    """(shrinkage 0..1, mean variance) of centred (N, D): cov -> (1 - s) cov + s mean I."""
    n, d = f.shape
    products = f.T @ f if d <= n else f @ f.T
    squares = float((products**2).sum()) / n**2  # squared Frobenius norm of the covariance
    mean = float((f**2).sum()) / n / d
    away = squares - d * mean**2  # from a multiple of the identity
    noise = (float(((f**2).sum(1) ** 2).sum()) / n - squares) / n
    return (min(1.0, max(0.0, noise) / away) if away > 0 else 1.0), mean
