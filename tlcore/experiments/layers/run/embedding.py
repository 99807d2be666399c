"""Pictures as points: what the head reads, before and after, on the same two axes; and neighbours.

The axes are the two directions in which the features of both moments together differ most
(principal components, by SVD).  They are fixed: a point that moved has moved, the paper has not.
"""

from __future__ import annotations

from typing import NamedTuple

import torch

NEAREST = 6


class Plane(NamedTuple):
    before: torch.Tensor  # (N, 2), in units of the features
    after: torch.Tensor
    share: tuple[float, float]  # of all variance, along each axis


def plane(before: torch.Tensor, after: torch.Tensor) -> Plane:
    """(N, C) each -> both on the same axes.  An axis points where its largest entry is positive,
    so that the same features give the same picture."""
    both = torch.cat([before, after]).double()
    centred = both - both.mean(0)
    _, sizes, axes = torch.linalg.svd(centred, full_matrices=False)
    two = axes[:2]
    largest = two.abs().argmax(1, keepdim=True)
    two = two * two.gather(1, largest).sign()
    flat = centred @ two.T
    total = sizes.pow(2).sum().clamp_min(1e-12)
    first, second = (sizes[:2].pow(2) / total).tolist()
    return Plane(flat[: len(before)], flat[len(before) :], (first, second))


def neighbours(features: torch.Tensor, most: int = NEAREST) -> torch.Tensor:
    """(N, C) -> (N, most): the nearest others in all directions, not on the map, nearest first."""
    distances = torch.cdist(features.double(), features.double()).fill_diagonal_(torch.inf)
    return distances.topk(min(most, len(features) - 1), largest=False).indices


def alike(near: torch.Tensor, labels: torch.Tensor) -> float:
    """Share of the neighbours that are of the picture's own class, mean over all pictures."""
    return float((labels[near] == labels[:, None]).float().mean())
