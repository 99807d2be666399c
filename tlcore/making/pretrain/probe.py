"""How well features transfer: logistic regression on each block's pooled, frozen features."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, stdev

import numpy as np
import numpy.typing as npt
import torch

from tlcore.data import sets
from tlcore.networks.backbones import Backbone
from tlcore.training.transfer import features

SETS = (("garments", 40), ("garments", 6000), ("digits", 40), ("digits", 800))
Features = list[npt.NDArray[np.float32]]  # one (N, channels) a block


def transfer(backbone: Backbone, seeds: Sequence[int] = (0, 1, 2, 3, 4)) -> list[dict[str, object]]:
    """Test accuracy of a probe on every block, mean and spread over which pictures were drawn."""
    rows: list[dict[str, object]] = []
    for name, size in SETS:
        runs = [probe(backbone, sets.load(name, size, seed)) for seed in seeds]
        blocks = list(zip(*runs, strict=True))
        rows.append(
            {
                "data": name,
                "train": size,
                "seeds": len(seeds),
                "accuracy_by_block": [round(fmean(block), 3) for block in blocks],
                "spread_by_block": [round(stdev(block), 3) for block in blocks],
            }
        )
    return rows


def probe(backbone: Backbone, images: sets.ImageData, c: float = 1.0) -> list[float]:
    """Test accuracy for each block.  Features are standardised; `c` is the inverse strength of the
    penalty, as in scikit-learn."""
    from sklearn.linear_model import LogisticRegression

    accuracy = []
    train, test = (pooled(backbone, s.images) for s in (images.train, images.test))
    for known, asked in zip(train, test, strict=True):
        mean, spread = known.mean(0), known.std(0) + 1e-3
        model = LogisticRegression(C=c, max_iter=500)
        model.fit((known - mean) / spread, images.train.labels.numpy())
        accuracy.append(float(model.score((asked - mean) / spread, images.test.labels.numpy())))
    return accuracy


def pooled(backbone: Backbone, images: torch.Tensor, batch: int = 500) -> Features:
    """Mean over each block's output map, in eval mode."""
    was_training = backbone.blocks.training
    parts = [features.pooled(backbone, chunk) for chunk in torch.split(images, batch)]
    backbone.blocks.train(was_training)
    blocks = torch.split(torch.cat(parts), list(backbone.channels), dim=1)
    return [block.contiguous().numpy() for block in blocks]
