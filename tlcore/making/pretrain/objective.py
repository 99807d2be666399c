"""What pre-training asks for: name the class, and tell this picture from every other.

Six classes alone leave a backbone that knows what separates those six and forgets the rest.  Two
things keep its features useful for other classes: a projector between features and classifier
takes the specialisation (Sariyildiz et al. 2023, arXiv:2206.15369), and a contrastive term asks
that two views of one picture agree more than views of different ones (SimCLR, Chen et al. 2020,
arXiv:2002.05709).  Both are thrown away afterwards.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

CLASSIFIER_WIDTH, CONTRAST_WIDTH, CONTRAST_SIZE = 512, 256, 64


class Heads(nn.Module):
    """Projector and classifier, and the contrastive projector, on pooled features (N, C)."""

    def __init__(self, channels: int, classes: int, projector: bool = True) -> None:
        super().__init__()
        self.classify: nn.Module = nn.Linear(channels, classes)
        if projector:
            self.classify = nn.Sequential(
                nn.Linear(channels, CLASSIFIER_WIDTH),
                nn.BatchNorm1d(CLASSIFIER_WIDTH),
                nn.ReLU(),
                nn.Linear(CLASSIFIER_WIDTH, classes),
            )
        self.contrast = nn.Sequential(
            nn.Linear(channels, CONTRAST_WIDTH),
            nn.BatchNorm1d(CONTRAST_WIDTH),
            nn.ReLU(),
            nn.Linear(CONTRAST_WIDTH, CONTRAST_SIZE),
        )


def loss(
    heads: Heads,
    features: torch.Tensor,
    labels: torch.Tensor,
    contrast_weight: float,
    temperature: float,
) -> torch.Tensor:
    """`features` holds V views of each picture: (V * N, C), first all first views.  labels: (N,).

    The contrastive term needs V = 2.
    """
    views = len(features) // len(labels)
    scores = heads.classify(features).float()
    named = F.cross_entropy(scores, labels.repeat(views))
    if contrast_weight == 0:
        return named
    return named + contrast_weight * info_nce(heads.contrast(features).float(), temperature)


def info_nce(codes: torch.Tensor, temperature: float) -> torch.Tensor:
    """Cross-entropy of finding the other view of the same picture among all 2N - 1 others."""
    codes = F.normalize(codes, dim=1)
    alike = codes @ codes.T / temperature
    own = torch.eye(len(codes), dtype=torch.bool, device=codes.device)
    partner = torch.arange(len(codes), device=codes.device).roll(len(codes) // 2)
    return F.cross_entropy(alike.masked_fill(own, float("-inf")), partner)
