"""LogME: the log of the evidence for labels, given features, of a Bayesian linear model.

You et al. 2021, arXiv:2102.11005.  y = F w + noise, w ~ N(0, I/a), noise ~ N(0, 1/b); a and b are
those that make the labels likeliest (MacKay's fixed point, their algorithm 1); the mean over the
classes (one against all) of log p(y | F, a, b) / N.  Higher is better; only differences on the same
data mean anything.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tlcore.training.transfer.linear import Ints

STEPS, CLOSE = 100, 1e-5  # the published code stops after 11 steps or at 1 %
_LEAST, _MOST = 1e-12, 1e12  # of a and b: noise drives a to infinity, separable labels b


def logme(features: npt.ArrayLike, labels: Ints) -> float:
    """features (N, D), as they are (neither centred nor scaled); labels (N,)."""
    f = np.asarray(features, np.float64)
    n, d = f.shape
    y = np.eye(int(labels.max()) + 1)[labels][:, np.unique(labels)]  # (N, C)
    # Eigenvalues s of F'F, and the squared length of each label vector along each of them.
    if d <= n:
        s, turn = np.linalg.eigh(f.T @ f)
        along = turn.T @ (f.T @ y)
    else:
        s, turn = np.linalg.eigh(f @ f.T)
        along = np.sqrt(np.maximum(s, 0))[:, None] * (turn.T @ y)
    kept = s > s.max() * max(n, d) * np.finfo(float).eps
    s, along = s[kept, None], along[kept]
    outside = np.maximum((y**2).sum(0) - (along**2 / s).sum(0), 0)  # what no weights can reach
    a, b = np.ones(y.shape[1]), np.ones(y.shape[1])
    for _ in range(STEPS):
        before = a / b
        gamma = (s / (s + before)).sum(0)
        length, miss = _of_weights(s, along, before, outside)
        a = np.clip(gamma / np.maximum(length, _LEAST), _LEAST, _MOST)
        b = np.clip((n - gamma) / np.maximum(miss, _LEAST), _LEAST, _MOST)
        if np.all(np.abs(a / b - before) <= CLOSE * before):
            break
    length, miss = _of_weights(s, along, a / b, outside)
    evidence = len(s) * np.log(a) + n * np.log(b) - np.log(a + b * s).sum(0)
    evidence -= b * miss + a * length + n * np.log(2 * np.pi)
    return float((evidence / 2 / n).mean())


def _of_weights(
    s: npt.NDArray[np.float64],
    along: npt.NDArray[np.float64],
    ratio: npt.NDArray[np.float64],
    outside: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Squared length of the likeliest weights, and squared error of what they predict."""
    length = (along**2 / (s + ratio) ** 2).sum(0)
    miss = (along**2 / s * (ratio / (s + ratio)) ** 2).sum(0) + outside
    return length, miss
