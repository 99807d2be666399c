"""Trains one network of the depth curves (tlcore.experiments.claims.depths.spec)."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from tlcore.data import sets
from tlcore.data.draw import stratified
from tlcore.data.images import ImageData, Split, sha256_of
from tlcore.experiments.claims.depths.reading import BASE, SPLITS, Step
from tlcore.experiments.claims.depths.spec import BACKBONE, Size, plan, recipe
from tlcore.ground.recipe import Compute
from tlcore.networks import backbones
from tlcore.networks.backbone import Backbone
from tlcore.training import engine
from tlcore.training.engine import learned


def pictures(name: str, size: Size, seed: int) -> ImageData:
    """Training pictures drawn by `seed`; the test set is filled up with pictures of the training
    pool that this draw left over."""
    source = sets.SOURCES[name]
    labels = source.pool_labels()
    picked = stratified(labels, size.train, seed, name)
    val, test = source.held_out()
    left = np.setdiff1d(np.arange(len(labels)), picked)[: max(0, size.test - len(test))]
    if len(left):
        more = source.train(left)
        test = Split(torch.cat([test.images, more.images]), torch.cat([test.labels, more.labels]))
    val, test = (part.first(count) for part, count in ((val, size.val), (test, size.test)))
    train = source.train(picked)
    return ImageData(name, source.CLASSES, train, val, test, sha256_of(train, val, test))


class Bases:
    """Base networks of B, one a split and seed; the last one is kept at hand."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.last: tuple[tuple[str, int], ImageData, Backbone, float] | None = None

    def of(self, step: Step) -> tuple[ImageData, Backbone, float]:
        """B's pictures, the base network learned on them, and its test accuracy."""
        wanted = step.split, step.seed
        if self.last is None or self.last[0] != wanted:
            given = pictures(SPLITS[step.split].data, self.size, step.seed)
            base, accuracy = self._learn(given, Step(step.split, BASE, 0, step.seed))
            self.last = (wanted, given, base, accuracy)
        return self.last[1:]

    def _learn(self, given: ImageData, step: Step) -> tuple[Backbone, float]:
        empty = backbones.build(BACKBONE, pretrained=False, seed=step.seed)
        with TemporaryDirectory() as folder:
            file = Path(folder) / learned.FILE
            accuracy = train(empty, given, step, self.size, file)
            blocks, _ = learned.load(empty, plan(step), len(given.classes), file)
        empty.blocks = blocks.train()
        empty.weights_sha256 = f"base {step.split} {step.seed}"  # no cache outlives this process
        return empty, accuracy


def train(
    begin: Backbone, given: ImageData, step: Step, size: Size, learned: Path | None = None
) -> float:
    """Test accuracy of one network."""
    compute = Compute(precision=size.precision, memory_format="channels_last")
    *_, result = engine.train(
        begin, given, plan(step), recipe(step, size), compute, learned_file=learned
    )
    assert result["kind"] == "result"
    assert result["test_accuracy"] is not None
    return float(result["test_accuracy"])
