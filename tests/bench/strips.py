"""Twenty rates by five seeds of a head at once, on features that are stored: CPU seconds."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.bench.table import Line
from tlcore.data import sets
from tlcore.experiments.learning_rate.presets import DATA, GRIDS, strips
from tlcore.experiments.learning_rate.run.rates import BATCH, pooled
from tlcore.ground.recipe import Recipe
from tlcore.networks import backbones
from tlcore.runs import worker
from tlcore.training.engine import heads
from tlcore.training.engine.disk import FeatureStore

ROUNDS = 3


def lines() -> list[Line]:
    worker.warm()
    asked = strips()
    backbone = backbones.build(asked.backbone)
    draws = []
    with tempfile.TemporaryDirectory() as place:
        for seed in range(asked.head_seeds):
            split = sets.load(DATA[0], asked.train_size, seed).train
            known = pooled(backbone, split, FeatureStore(Path(place)))
            draws.append(heads.Draw(seed, known, split.labels))
    took = []
    for _ in range(ROUNDS):
        began = time.process_time()
        heads.train(draws, 10, GRIDS["head"], Recipe(epochs=asked.head_epochs, batch=BATCH))
        took.append(time.process_time() - began)
    return [
        Line(
            f"{asked.head_rates} rates x {asked.head_seeds} seeds of a head, at once",
            f"{sorted(took)[ROUNDS // 2]:.2f} s of CPU",
            "< 2 s",
            f"clothing, {asked.train_size} of {DATA[0]}, {asked.head_epochs} epochs, features "
            f"stored; middle of {ROUNDS}; one thread",
        )
    ]
