"""Measures one point: a fine-tune by the lab's own engine, told as one row.

Where only a head learns, the features that it reads are kept on disk and shared by all points on
the same pictures: the test pictures are those of every seed and size.  What a point did not
compute, because it lay there already, is added to its account: a cost must not depend on the order.
(Maps of earlier blocks are not kept: to read 100 MB back takes as long as to compute them.)  This
room needs torch, and nothing of what the app needs beside it.
"""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from tlcore import catalog
from tlcore.data import sets
from tlcore.data.images import ImageData, Split
from tlcore.experiments.matrix.grid.points import HELD_OUT, WATCHED, Point, difficulty, test_size
from tlcore.ground import machine
from tlcore.ground.recipe import ENGINE_VERSION, Compute, Knobs
from tlcore.networks import backbones
from tlcore.networks.backbone import Backbone
from tlcore.training import engine
from tlcore.training.engine.clock import Clock
from tlcore.training.engine.depth_prefix import DepthPrefix
from tlcore.training.engine.state import State
from tlcore.training.engine.supply import Supply

Row = dict[str, Any]
CACHE_PICTURES = 24  # draws kept in memory: 2,000 test pictures in colour are 25 MB


def busy() -> float | None:
    """Processes that wanted a core in the last minute, per core: above 1, seconds are too high
    (tripled, at 3).  None where the system does not say."""
    try:
        return round(os.getloadavg()[0] / (os.cpu_count() or 1), 2)
    except (AttributeError, OSError):
        return None


class Meter:
    """Measures points on one device; keeps what several of them need."""

    def __init__(self, cache: Path, compute: Compute, source: Path | None = None) -> None:
        self.cache, self.compute, self.source = cache, compute, source
        on_cpu = compute.device == "cpu"
        self.now: Callable[[], float] = time.process_time if on_cpu else time.perf_counter
        self.each: dict[str, dict[int, float]] = {}  # seconds a picture, by frozen depth
        self.pictures = lru_cache(CACHE_PICTURES)(self._pictures)

    def row(self, point: Point) -> Row:
        """What the Parquet file holds of a point (tlcore.experiments.matrix.grid.table.KINDS)."""
        pictures = self.pictures(point.backbone, point.data, point.size, point.seed)
        begin = backbones.build(point.backbone, pretrained=point.plan.keep > 0, seed=point.seed)
        each = self._seconds_each(begin, pictures.test)
        cache = self.cache if point.only_head else None
        owed = self._owed(point, begin, pictures) if cache else 0.0
        began = self.now()
        *_, result = engine.train(begin, pictures, point.plan, point.recipe, self.compute, cache)
        assert result["kind"] == "result"
        accuracy, recipe = result["test_accuracy"], point.recipe
        return {
            **dataclasses.asdict(point),
            "per_class": round(point.size / len(pictures.classes), 2),
            "classes": len(pictures.classes),
            "difficulty": point.knobs.difficulty,
            "rate_value": point.rate_value,
            "lr": recipe.lr,
            "head_lr": recipe.head_lr,
            "layer_decay": recipe.layer_decay,
            "epochs": recipe.epochs,
            "augment": recipe.augment,
            "test_accuracy": None if accuracy is None else round(accuracy, 5),  # None: diverged
            "test_size": len(pictures.test),
            "watched": len(pictures.val),
            "cpu_seconds": round(owed + self.now() - began, 3),
            "test_seconds": round(len(pictures.test) * each[point.plan.read], 3),
            "learning_parameters": result["learning_parameters"],
            "load": busy(),
            "device": self.compute.device,
            "precision": self.compute.precision,
            "machine": machine.name(),
            "torch": metadata.version("torch"),
            "engine": ENGINE_VERSION,
            "weights": catalog.backbone(point.backbone).fingerprint,
        }

    def _owed(self, point: Point, begin: Backbone, pictures: ImageData) -> float:
        """Store the frozen features of a point; the seconds that computing them takes."""
        classes = len(pictures.classes)
        state = State.begin(begin, classes, point.plan, point.recipe, self.compute)
        supply = Supply(state, pictures, begin.input, self.cache)
        for _ in supply.build(Clock(), supply.train, supply.val, supply.test):
            pass
        stored = Supply(state, pictures, begin.input, self.cache)  # what the run will find there
        found = [f for f in (stored.train, stored.val, stored.test) if f.features is not None]
        passed = sum(feed.views * len(feed) for feed in found)
        return passed * self._seconds_each(begin, pictures.test)[point.plan.fixed]

    def _seconds_each(self, begin: Backbone, asked: Split) -> dict[int, float]:
        if begin.name not in self.each:
            depths = range(1, len(begin.blocks) + 1)
            found = DepthPrefix(begin, list(depths), self.compute).seconds_each(asked)
            self.each[begin.name] = dict(found)
        return self.each[begin.name]

    def _pictures(self, backbone: str, name: str, size: int, seed: int) -> ImageData:
        """As `sets.load` gives them, with fewer validation and perhaps fewer test pictures."""
        if name == HELD_OUT:
            from tlcore.making.grid import held_out

            assert self.source is not None
            found = held_out.load(self.source, size, seed)
        else:
            found = sets.load(name, size, seed, Knobs(difficulty(name)))
        few = found.val.first(WATCHED)
        each = len(found.test) / min(len(found.test), test_size(backbone, name))
        rows = [int(each * row) for row in range(round(len(found.test) / each))]  # evenly spread
        asked = Split(found.test.images[rows], found.test.labels[rows])
        return dataclasses.replace(found, val=few, test=asked)
