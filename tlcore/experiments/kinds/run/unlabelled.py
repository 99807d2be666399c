"""Pre-train without a label, then learn from a few: accuracy against the number of labels.

Four starts, the same pictures and the same draws of labels: a new head on random weights, on
weights that learned to tell which way up a picture is, on the stored ones that learned from
labels of another task; and the whole network trained from scratch on the labels alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from tlcore.data import sets
from tlcore.data.images import ImageData, Split
from tlcore.data.sprite import write_sprite
from tlcore.experiments.kinds.run import label_curve, rotation
from tlcore.experiments.kinds.run.label_curve import Features
from tlcore.ground.spread import half, wilson_of_groups
from tlcore.networks import backbones, seeds
from tlcore.networks.backbones import Backbone, prepare
from tlcore.training.engine.disk import FeatureStore
from tlcore.training.transfer.features import of_blocks

if TYPE_CHECKING:
    from tlcore.experiments.kinds.spec import RotationSpec

Row = dict[str, Any]
STARTS = ("random", "rotation", "labelled", "scratch")
ASKED = 500  # test pictures at most: a standard error of at most 2.2 points
SHOWN = 6  # pictures whose made labels are shown, each in its four turns
STEPS, BATCH, LR = 40, 32, 4e-3  # of a training from scratch: 40 batches, whatever the size


def rows(spec: RotationSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """Progress, then the result; `folder` gets turned.png."""
    pictures = sets.load(spec.data, spec.train_size, spec.seed, spec.knobs)
    train, test = pictures.train, pictures.test.first(ASKED)
    yield _progress("data", 1, 1)
    taught = backbones.build(spec.backbone, pretrained=False, seed=spec.seed)
    with seeds.fork(spec.seed, "rotation head"):
        head = nn.Linear(int(taught.channels[-1]), rotation.TURNS)
    x = prepare(train.images, taught.input)
    learned: list[Row] = []
    for step in rotation.learn(taught, head, x, spec.epochs, spec.seed):
        learned.append({"step": step.done, "accuracy": step.accuracy, "loss": round(step.loss, 4)})
        yield _progress("rotation", step.done, step.of, accuracy=step.accuracy)
    taught.weights_sha256 = f"rotation {spec.model_dump_json()}"  # names its features
    held_out = prepare(pictures.val.images[:200], taught.input)
    named = rotation.named(taught, head, held_out)
    # Where did it look?  Asked again with the middle of each picture hidden, then all but that.
    seen = {
        part: float(rotation.named(taught, head, rotation.hidden(held_out, part)).mean())
        for part in ("middle", "border")
    }
    yield _progress("features", 0, 3)
    starts = {
        "random": backbones.build(spec.backbone, pretrained=False, seed=spec.seed),
        "rotation": taught,
        "labelled": backbones.build(spec.backbone),
    }
    disk = FeatureStore(data_dir / "cache")
    features: dict[str, Features] = {}
    for number, (name, backbone) in enumerate(starts.items(), start=1):
        features[name] = Features(
            _pooled(backbone, train.images, disk), _pooled(backbone, test.images, disk)
        )
        yield _progress("features", number, len(starts))
    curves: dict[str, list[list[float]]] = {name: [] for name in STARTS}
    labels, truth = train.labels.numpy(), test.labels.numpy()
    counts = label_curve.sizes(len(pictures.classes), len(train))
    for number, count in enumerate(counts, start=1):
        picked = label_curve.drawn(labels, count)
        for name, found in features.items():
            curves[name].append(label_curve.scores(found, labels, truth, picked))
        # One training for each number of labels: ten would take minutes.
        chosen = Split(train.images[picked[0]], train.labels[picked[0]])
        score = from_scratch(spec.backbone, chosen, test, len(pictures.classes), spec.seed)
        curves["scratch"].append([score])
        yield _progress("labels", number, len(counts))
    yield {
        "kind": "result",
        "status": "finished",
        "backbone": spec.backbone,
        "data": spec.data,
        "unlabelled": len(train),
        "epochs": spec.epochs,
        "asked": len(test),
        "classes": list(pictures.classes),
        "turns": {
            **{"accuracy": float(named.mean()), "interval": _by_picture(named)},
            "views": named.numel(),
            "hidden": {part: round(share, 4) for part, share in seen.items()},
        },
        "learned": learned,
        "curves": {
            name: [
                label_curve.point(count, found).row()
                for count, found in zip(counts, each, strict=True)
            ]
            for name, each in curves.items()
        },
        "draws": {name: len(each[0]) for name, each in curves.items()},
        "gains": {
            name: [_gain(a, b) for a, b in zip(curves["rotation"], curves[name], strict=True)]
            for name in ("random", "labelled")
        },
        "turned": made_labels(pictures, folder),
    }


def from_scratch(name: str, chosen: Split, test: Split, classes: int, seed: int) -> float:
    """Test accuracy of the whole network, trained on `chosen` alone."""
    backbone = backbones.build(name, pretrained=False, seed=seed)
    with seeds.fork(seed, "scratch head"):
        head = nn.Linear(int(backbone.channels[-1]), classes)
    backbone.blocks.to(memory_format=rotation.LAYOUT)  # type: ignore[call-overload]
    learning = [*backbone.blocks.parameters(), *head.parameters()]
    optimizer = torch.optim.AdamW(learning, lr=LR, weight_decay=rotation.WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LR, total_steps=STEPS)
    x = prepare(chosen.images, backbone.input).contiguous(memory_format=rotation.LAYOUT)
    draw = seeds.generator(seed, "scratch")
    backbone.blocks.train()
    for step in range(STEPS):
        rows = torch.randperm(len(x), generator=draw)[:BATCH]
        with seeds.fork(seed, "scratch", "dropout", step):
            scores = head(backbone.blocks(rotation.moved(x[rows], draw)).mean((2, 3)))
        loss = F.cross_entropy(scores, chosen.labels[rows])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
    backbone.blocks.eval()
    right = 0
    with torch.no_grad():
        for images, labels in zip(
            torch.split(test.images, 200), torch.split(test.labels, 200), strict=True
        ):
            said = head(backbone.blocks(prepare(images, backbone.input)).mean((2, 3))).argmax(1)
            right += int((said == labels).sum())
    return right / len(test)


def made_labels(pictures: ImageData, folder: Path) -> Row:
    """A sheet of pictures as the network was asked about them: each in its four turns."""
    classes = len(pictures.classes)
    firsts = [(pictures.train.labels == c).nonzero()[:SHOWN, 0].tolist() for c in range(classes)]
    mixed = [turn[k] for k in range(SHOWN) for turn in firsts if k < len(turn)][:SHOWN]
    images = pictures.train.images[mixed]
    views = torch.stack([torch.rot90(images, k, (2, 3)) for k in range(rotation.TURNS)], dim=1)
    return write_sprite(views.flatten(0, 1).numpy(), folder / "turned.png")


def _pooled(backbone: Backbone, images: torch.Tensor, disk: FeatureStore) -> Any:
    """(N, channels of all blocks): the head may read each of them."""
    found = None
    for told in of_blocks(backbone, images, disk):
        found = told.features
    assert found is not None
    return np.concatenate(found, axis=1)


def _by_picture(named: torch.Tensor) -> list[float]:
    """The interval of a share of turns, (N, turns): four of one picture are no four pictures."""
    pictures = torch.arange(len(named)).repeat_interleave(rotation.TURNS)
    return list(wilson_of_groups(named.flatten().tolist(), pictures.tolist()))


def _gain(one: list[float], other: list[float]) -> Row:
    """What the first has more than the second, on the same draws of labels."""
    each = [a - b for a, b in zip(one, other, strict=True)]
    return {"mean": round(mean(each), 4), "half": round(half(each), 4)}


def _progress(part: str, done: int, of: int, **more: float) -> Row:
    return {"kind": "progress", "part": part, "done": done, "of": of, **more}
