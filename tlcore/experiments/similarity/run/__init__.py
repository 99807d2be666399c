"""How near a data set is to what a backbone knows, measured block by block.

No score is "the" prediction (science.md section 2: none is reliable across the board; what decides
is a run).  So several are shown, with two baselines that keep them honest: the same network with
random weights, and the bare pixels.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tlcore import catalog
from tlcore.data import sets
from tlcore.data.images import Split
from tlcore.experiments.similarity.run.scores import of_block, with_labels
from tlcore.ground.recipe import Knobs
from tlcore.networks import backbones, weights
from tlcore.networks.backbones import Backbone
from tlcore.training.engine.disk import FeatureStore
from tlcore.training.transfer.features import SETTLED_ON, SIDE, Blocks, of_blocks, pixels

if TYPE_CHECKING:
    from tlcore.experiments.similarity.spec import SimilaritySpec

Row = dict[str, Any]
MOST = 1000  # pictures looked at: a standard error of at most 1.6 points
# Multiply-adds for all passes, about two minutes on one core; a heavy network sees fewer pictures.
BUDGET = 5e12


def rows(spec: SimilaritySpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """What a worker tells: progress, then the result.  `folder` gets nothing: all is in the row."""
    return measure(spec.backbone, spec.data, spec.train_size, spec.seed, spec.knobs, data_dir)


def measure(
    backbone: str, name: str, size: int, seed: int, knobs: Knobs, data_dir: Path
) -> Iterator[Row]:
    """Rows of kind "progress" (part, done, of) and, last, "result": the scores."""
    row = catalog.dataset(name)
    size = looked_at(backbone, size, len(row.classes))
    clock = _Clock()
    train = sets.samples(name, size, seed, knobs)
    clock.lap("data")
    disk = FeatureStore(data_dir / "cache")
    learned = yield from _features("learned", backbones.build(backbone), train, disk)
    clock.lap("features")
    untrained = backbones.build(backbone, pretrained=False, seed=0)
    random = yield from _features("random", untrained, train, disk)
    clock.lap("random")
    labels = train.labels.numpy()
    counts = np.bincount(labels, minlength=len(row.classes))
    source = weights.source_features(backbone)
    blocks, plain = [], []
    for number, block in enumerate(catalog.backbone(backbone).blocks):
        theirs = None if source is None else source[number]
        blocks.append(of_block(block.name, learned[number], labels, theirs))
        plain.append({"name": block.name, **with_labels(random[number], labels)})
        yield {"kind": "progress", "part": "scores", "done": number + 1, "of": len(learned)}
    bare = with_labels(pixels(train.images), labels)
    clock.lap("scores")
    yield {
        "kind": "result",
        "status": "finished",
        "backbone": backbone,
        "data": name,
        "n": len(labels),
        "classes": len(row.classes),
        "fewest": int(counts.min()),  # pictures of the rarest class
        "train_pool": row.train_pool,
        "blocks": blocks,
        "random": {"seed": 0, "settled_on": min(SETTLED_ON, len(labels)), "blocks": plain},
        "pixels": {"side": SIDE, **bare},
        "source": None if source is None else {"n": len(source[0])},
        "parts": clock.laps,  # seconds
    }


def looked_at(backbone: str, size: int, classes: int) -> int:
    """Pictures that are looked at: at most MOST, and what BUDGET allows; each class at least once.

    Three passes: learned weights, random ones, and the statistics of those (256 pictures).
    """
    macs = sum(block.macs for block in catalog.backbone(backbone).blocks)
    allowed = int(BUDGET / (2 * macs)) - SETTLED_ON // 2
    return max(min(size, MOST, max(allowed, 64)), classes)


def _features(
    part: str, backbone: Backbone, train: Split, disk: FeatureStore
) -> Generator[Row, None, Blocks]:
    features: Blocks | None = None
    for told in of_blocks(backbone, train.images, disk):
        yield {"kind": "progress", "part": part, "done": told.done, "of": len(train)}
        features = told.features
    assert features is not None
    return features


class _Clock:
    """Seconds by part."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round(now - self._last, 3)
        self._last = now
