"""A network that knows the garments as they are, before they change: where claims 8 to 10 begin.

The `clothing` blocks with a head that is solved, and then all of it tuned: a linear probe, then
fine-tuning.  Every seed has its own network, learned from its own pictures; the pictures that it
meets afterwards are none of those.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from tlcore.data import sets
from tlcore.data.draw import stratified
from tlcore.data.images import Split
from tlcore.experiments.claims.run import network
from tlcore.experiments.claims.run.network import EVERYTHING, Tuning
from tlcore.networks import backbones
from tlcore.networks.backbone import InputSpec

BACKBONE, DATA = "clothing", "garments"
CLASSES = 4


@dataclass(frozen=True)
class Sizes:
    """Of the source network, its target, and the test; pictures."""

    source: int
    target: int
    test: int


def pools(sizes: Sizes, seed: int) -> tuple[Split, Split, Split]:
    """Source pictures, other ones for the target, and the test pictures: always the same."""
    from_pool = sets.SOURCES[DATA]
    labels = from_pool.pool_labels()
    picked = stratified(labels, sizes.source, seed, "claims source")
    rest = np.setdiff1d(np.arange(len(labels)), picked)
    chosen = rest[stratified(labels[rest], sizes.target, seed, "claims target")]
    _, test = sets.held_out(DATA)
    few = Split(test.images[: sizes.test], test.labels[: sizes.test])
    return from_pool.train(picked), from_pool.train(chosen), few


def learned(split: Split, how: Tuning, seed: int) -> tuple[nn.Sequential, InputSpec]:
    """The source network, and what it wants to be given."""
    backbone = backbones.build(BACKBONE)
    x = network.pictures(split, backbone.input)
    start = network.probe(network.assembled(backbone, CLASSES, seed), x, split.labels)
    net = network.tuned(start, EVERYTHING, x, split.labels, how, seed)
    return net, backbone.input


def flipped(labels: torch.Tensor) -> torch.Tensor:
    """Every class takes the name of its opposite: 0 and 3 change places, 1 and 2."""
    return CLASSES - 1 - labels
