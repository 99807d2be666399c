"""Linear CKA: how alike two sets of features of the same pictures are, whatever their axes.

Kornblith et al. 2019 (arXiv:1905.00414, section 3): 1 for features that differ by a rotation and a
factor, near 0 for unrelated ones.  With fewer pictures than features the plain estimate is near 1
for anything, so the HSIC inside is the unbiased one (Song et al. 2012, JMLR 13, eq. 5).
"""

from __future__ import annotations

import math

import torch


def linear(x: torch.Tensor, y: torch.Tensor) -> float | None:
    """(N, ...) and (N, ...) of the same N >= 4 pictures; None where one side never changes."""
    k, l = gram(x), gram(y)  # noqa: E741 - as in the papers
    inner, own_k, own_l = hsic(k, l), hsic(k, k), hsic(l, l)
    if own_k <= 0 or own_l <= 0:
        return None
    return inner / math.sqrt(own_k * own_l)


def gram(x: torch.Tensor) -> torch.Tensor:
    """(N, N) of inner products, its diagonal empty.  The features are centred first: that changes
    nothing of HSIC but saves its digits."""
    flat = x.flatten(1).double()
    flat = flat - flat.mean(0)
    return (flat @ flat.T).fill_diagonal_(0)


def hsic(k: torch.Tensor, l: torch.Tensor) -> float:  # noqa: E741
    """Song et al. 2012, eq. 5: k and l are (n, n) with empty diagonals, n >= 4."""
    n = len(k)
    together = (k * l).sum()  # tr(K L): both are symmetric
    sums = k.sum() * l.sum() / ((n - 1) * (n - 2))
    crossed = 2 * (k.sum(0) @ l.sum(0)) / (n - 2)
    return float((together + sums - crossed) / (n * (n - 3)))
