"""What a linear head reads off each layer of a text encoder, with few labels and with many.

Every text passes the encoder once; behind each block its words are averaged, and on those averages
a head is solved (tlcore.training.engine.solve), for several numbers of labels and several draws of
which texts are labelled.  The first block is the word's own vector and its place, before any
attention.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

import torch

from tlcore.data import sets
from tlcore.data.draw import stratified
from tlcore.data.images import ImageData, Split
from tlcore.ground import difference
from tlcore.ground.recipe import Compute
from tlcore.ground.spread import half
from tlcore.networks import backbones
from tlcore.networks.backbones import Backbone, TextInput
from tlcore.networks.text.text_blocks import mean_over_words
from tlcore.training import class_scores
from tlcore.training.engine import batches, digest, solve
from tlcore.training.engine.disk import FeatureStore
from tlcore.training.engine.supply import chunk_of
from tlcore.training.engine.texts import shortened

if TYPE_CHECKING:
    from tlcore.experiments.text.spec import TextLayersSpec

Row = dict[str, Any]
LABELS = (20, 80, 240, 2_000)  # those below the number of texts are tried, and all of them
FORMAT = 1  # raise it when the same name would mean other features


def rows(spec: TextLayersSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """Progress, then accuracy by layer and number of labels; `folder` gets nothing."""
    backbone = backbones.build(spec.backbone)
    found = sets.load(spec.data, spec.train_size, spec.seed, backbone=spec.backbone)
    disk = FeatureStore(data_dir / "cache")
    layers: list[torch.Tensor] = []
    parts = (found.train, found.val, found.test)
    of, done = sum(map(len, parts)), 0
    for part in parts:
        read = disk.load(name_of(backbone, part))
        if read is None:
            read = yield from _read(backbone, part, done, of)
            disk.save(name_of(backbone, part), read)
        done += len(part)
        layers.append(read)
    tried, curves = sizes(spec.train_size), list[Row]()
    for labels in tried:
        draws = spec.draws if labels < spec.train_size else 1
        heads = [
            _heads(read, found, labels, spec.seed, draws) for read in zip(*layers, strict=True)
        ]
        curves.append({"labels": labels, "draws": draws, "layers": [row for row, _ in heads]})
        if draws == 1:  # the same texts of every layer: told apart in pairs
            for row, right in heads:
                gap = difference.of_answers(right, heads[-1][1])
                row["over_last"] = [round(v, 4) for v in (gap.mean, gap.low, gap.high)]
        yield {"kind": "progress", "part": "heads", "done": len(curves), "of": len(tried)}
    yield {
        "kind": "result",
        "status": "finished",
        "backbone": spec.backbone,
        "data": spec.data,
        "train": spec.train_size,
        "asked": len(found.test),
        "validated": len(found.val),
        "cut": found.cut,
        "chance": round(class_scores.commonest(found.test.labels.tolist()), 4),
        "layers": [name for name, _ in backbone.blocks.named_children()],
        "curves": curves,
    }


def sizes(count: int) -> list[int]:
    """How many labels are tried, the last time all."""
    return [*(labels for labels in LABELS if labels < count), count]


def _heads(
    read: tuple[torch.Tensor, ...], found: ImageData, labels: int, seed: int, draws: int
) -> tuple[Row, list[float]]:
    """Heads on one layer's features of (train, val, test): the mean over draws of the labelled, and
    of the last draw 1 for every test text that was named right."""
    train, val, test = read
    scores, chosen = [], []
    right: list[float] = []
    for draw in range(draws):
        few = stratified(found.train.labels.numpy(), labels, seed + draw, "layers")
        picks = torch.from_numpy(few)
        head = solve.solve(train[picks], found.train.labels[picks], len(found.classes))
        right = _right(test, found.test, *head)
        scores.append(mean(right))
        chosen.append(mean(_right(val, found.val, *head)))
    row: Row = {
        "accuracy": round(mean(scores), 4),
        "half": round(half(scores), 4) if draws > 1 else None,
        "val": round(mean(chosen), 4),
    }
    return row, right


def features(backbone: Backbone, ids: torch.Tensor) -> torch.Tensor:
    """Ids (N, T) -> (blocks, N, D): the mean over the words behind each block."""
    assert isinstance(backbone.input, TextInput)
    x = shortened(ids, backbone.input)
    found = []
    with torch.no_grad():
        for block in backbone.blocks:
            x = block(x)
            found.append(mean_over_words(x))
    return torch.stack(found)


def name_of(backbone: Backbone, part: Split) -> str:
    """Everything that decides the bits of a stored part."""
    told = [str(FORMAT), torch.__version__, backbone.weights_sha256, "words' mean by layer"]
    return digest.of_texts([*told, digest.of_images(part.images)])[:32]


def _read(
    backbone: Backbone, part: Split, done: int, of: int
) -> Generator[Row, None, torch.Tensor]:
    """Texts of about one length together; tells how far it is."""
    backbone.blocks.eval()
    read = []
    for picks in batches.in_order(len(part), chunk_of(backbone.input, Compute())):
        read.append(features(backbone, part.images[picks]))
        done += len(picks)
        yield {"kind": "progress", "part": "texts", "done": done, "of": of}
    return torch.cat(read, 1)


def _right(
    given: torch.Tensor, part: Split, weight: torch.Tensor, bias: torch.Tensor
) -> list[float]:
    """1 for every text that is named right, else 0."""
    said = (given.double() @ weight.T + bias).argmax(1)
    return [float(one) for one in (said == part.labels).tolist()]
