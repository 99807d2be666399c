"""What labels of the reader's own hand are worth: a head learns from them, and is then asked.

Beside it the same head on the true labels of the same pictures, and how accuracy grows with more
labels: true ones, and ones that are as often wrong as the reader's.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from tlcore import catalog
from tlcore.data import sets as data
from tlcore.data.sprite import write_sprite
from tlcore.experiments.kinds.run import label_curve
from tlcore.experiments.kinds.run.label_curve import Features
from tlcore.ground.spread import wilson
from tlcore.networks import backbones, seeds
from tlcore.training import class_scores
from tlcore.training.engine.disk import FeatureStore
from tlcore.training.transfer.features import of_blocks

if TYPE_CHECKING:
    from tlcore.experiments.kinds.spec import LabelsSpec

Row = dict[str, Any]
Ints = npt.NDArray[np.int64]
POOL = 600  # pictures whose true labels the curve is made of
ASKED = 1000  # test pictures at most
EACH = (10, 40, 100, 300)  # labels that the curve has


def rows(spec: LabelsSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """Without labels: the pictures to be labelled, in hand.png, and no word of what they show.
    With labels: what they are worth."""
    pictures = data.load(spec.data, spec.train_size, spec.seed, spec.knobs)
    order = seeds.generator(spec.seed, "labelling")
    shown = torch.randperm(len(pictures.train), generator=order)  # as drawn: class by class
    row: Row = {"kind": "result", "status": "finished", "data": spec.data}
    row |= {"n": len(shown), "classes": list(pictures.classes)}
    if not spec.labels:
        sheet = write_sprite(pictures.train.images[shown].numpy(), folder / "hand.png")
        yield row | {"hand_sprite": sheet}
        return
    yield _progress(0)
    disk = FeatureStore(data_dir / "cache")
    backbone = backbones.build(spec.backbone)
    size = min(POOL, catalog.dataset(spec.data).train_pool)
    pool = data.samples(spec.data, size, spec.seed, spec.knobs)
    test, truth = pictures.test.images[:ASKED], pictures.test.labels[:ASKED].numpy()
    sets = []
    for done, images in enumerate((pictures.train.images[shown], pool.images, test), start=1):
        found = None
        for told in of_blocks(backbone, images, disk):
            found = told.features
        assert found is not None
        sets.append(np.concatenate(found, axis=1))
        yield _progress(done)
    theirs, known, unseen = sets
    true, hand = pictures.train.labels[shown].numpy(), np.array(spec.labels, np.int64)
    everything, of_ten = np.arange(len(shown)), Features(theirs, unseen)
    right = int((hand == true).sum())
    wrong = 1 - right / len(hand)
    mine = label_curve.accuracy(of_ten, everything, hand, truth)
    best = label_curve.accuracy(of_ten, everything, true, truth)
    yield row | {
        "true": true.tolist(),
        "right": right,
        "interval": list(wilson(right, len(hand))),
        "asked": len(truth),
        "chance": class_scores.commonest(truth.tolist()),
        "mine": {"accuracy": mine, "interval": list(wilson(round(mine * len(truth)), len(truth)))},
        "best": {"accuracy": best, "interval": list(wilson(round(best * len(truth)), len(truth)))},
        "curves": curves(Features(known, unseen), pool.labels.numpy(), truth, wrong, spec.seed),
        "draws": label_curve.DRAWS,
    }


def curves(x: Features, labels: Ints, truth: Ints, wrong: float, seed: int) -> dict[str, list[Row]]:
    """Accuracy against labels: "true" ones, and "hand": a share `wrong` of them is another class,
    drawn evenly, which is kinder than what people mix up."""
    classes = int(labels.max()) + 1
    rng = np.random.default_rng(seed)
    other = (labels + rng.integers(1, classes, len(labels))) % classes
    slipped = np.where(rng.random(len(labels)) < wrong, other, labels)
    found: dict[str, list[Row]] = {"true": [], "hand": []}
    for count in (each for each in EACH if classes <= each < len(labels)):
        picked = label_curve.drawn(labels, count)
        for name, told in (("true", labels), ("hand", slipped)):
            scores = label_curve.scores(x, told, truth, picked)
            found[name].append(label_curve.point(count, scores).row())
    return found


def _progress(done: int) -> Row:
    return {"kind": "progress", "part": "features", "done": done, "of": 3}
