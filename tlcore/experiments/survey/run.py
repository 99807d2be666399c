"""What is in a data set: how many of what, what the network really sees, and what is there twice.

Pictures go into sheets in the run's folder, the row has counts, indices and words.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from tlcore import catalog
from tlcore.data import likeness, sets
from tlcore.data.images import ImageData, Split
from tlcore.data.seen import looks_of, seen
from tlcore.data.sprite import write_sprite

if TYPE_CHECKING:
    from tlcore.experiments.survey.spec import SurveySpec

Row = dict[str, Any]
EACH, TILES = 10, 120  # pictures of a class in the gallery; all together, but one of each at least
COMPARED = 4000  # pictures of a split that are looked for elsewhere
SHOWN = 60  # pairs with their pictures; all of them are counted
_HELD_OUT = ("val", "test")


class Twice(NamedTuple):
    """Nearly one picture: number `first` of split `one` and number `second` of split `other`."""

    one: str
    first: int
    other: str
    second: int
    likeness: float
    mirrored: bool


def rows(spec: SurveySpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """Progress after each part, then the result; `folder` gets gallery.png, seen.png, pairs.png."""
    pictures = sets.load(spec.data, spec.train_size, spec.seed, spec.knobs)
    yield _progress("data", 1)
    row = {"kind": "result", "status": "finished", "backbone": spec.backbone, "data": spec.data}
    row |= counts(pictures) | {"train_pool": catalog.dataset(spec.data).train_pool}
    row |= gallery(pictures.train, len(pictures.classes), spec.backbone, folder)
    yield _progress("gallery", 2)
    row |= duplicates(pictures, folder)
    yield _progress("duplicates", 3)
    yield row


def counts(pictures: ImageData) -> Row:
    """Pictures of each class in each split, and how unequal the classes are in training."""
    number = len(pictures.classes)
    found = {
        name: torch.bincount(split.labels, minlength=number).tolist()
        for name, split in _splits(pictures)
    }
    train = found["train"]
    return {
        "classes": list(pictures.classes),
        "counts": found,
        "fewest": min(train),
        "most": max(train),
        "px": pictures.train.images.shape[-1],
        "channels": pictures.train.images.shape[1],
    }


def gallery(train: Split, classes: int, backbone: str, folder: Path) -> Row:
    """The first pictures of each class, and the same ones as the backbone sees them."""
    each = max(1, min(EACH, TILES // classes))
    chosen = [i for c in range(classes) for i in (train.labels == c).nonzero()[:each, 0].tolist()]
    images = train.images[chosen]
    row = catalog.backbone(backbone)
    shown = seen(images, row)
    return {
        "gallery": write_sprite(images.numpy(), folder / "gallery.png")
        | {"index": chosen, "label": train.labels[chosen].tolist()},
        "seen": write_sprite(shown.numpy(), folder / "seen.png")
        | {
            "size": row.size,
            "channels": row.channels,
            "colour_lost": row.channels == 1 and _coloured(images),
            "scale": round(row.size / images.shape[-1], 3),
        },
    }


def duplicates(pictures: ImageData, folder: Path) -> Row:
    """Nearly the same picture in training and in a held-out split (the test is then too kind), or
    in training under two labels (one of them is wrong); repeats under one label are counted.

    `pairs` is [[split, index, split, index, likeness, mirrored], ...]; pictures of pair k are
    tiles 2k and 2k + 1 of pairs.png.
    """
    splits = {name: split.first(COMPARED) for name, split in _splits(pictures)}
    looks = {name: looks_of(split.images) for name, split in splits.items()}
    within = likeness.pairs(looks["train"])
    labels = splits["train"].labels
    conflicts = [
        Twice("train", pair.first, "train", pair.second, pair.likeness, pair.mirrored)
        for pair in within
        if labels[pair.first] != labels[pair.second]
    ]
    leaks = [
        Twice("train", pair.first, name, pair.second, pair.likeness, pair.mirrored)
        for name in _HELD_OUT
        for pair in likeness.pairs(looks["train"], looks[name])
    ]
    told = (conflicts + leaks)[:SHOWN]
    row: Row = {
        "pairs": [[*pair[:4], round(pair.likeness, 4), pair.mirrored] for pair in told],
        "leaks": {n: len({p.second for p in leaks if p.other == n}) for n in _HELD_OUT},
        "conflicts": len(conflicts),
        "repeats": len(within) - len(conflicts),
        "compared": {name: len(split) for name, split in splits.items()},
        "pairs_sprite": None,
    }
    if told:
        places = [place for p in told for place in ((p.one, p.first), (p.other, p.second))]
        tiles = [splits[name].images[index] for name, index in places]
        row["pairs_sprite"] = write_sprite(torch.stack(tiles).numpy(), folder / "pairs.png")
    return row


def _splits(pictures: ImageData) -> tuple[tuple[str, Split], ...]:
    return ("train", pictures.train), ("val", pictures.val), ("test", pictures.test)


def _coloured(images: torch.Tensor) -> bool:
    """Whether some pixel is not grey, beyond what JPEG leaves of a grey picture."""
    x = images.float()
    return bool((x.amax(1) - x.amin(1)).mean() > 2)


def _progress(part: str, done: int) -> Row:
    return {"kind": "progress", "part": part, "done": done, "of": 3}
