"""Pictures like the source of `photo`, which may not be shipped: classes that it never saw."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import torch

from tlcore.data.images import ImageData, Split


def load(source: Path, size: int, seed: int) -> ImageData:
    """`size` training pictures of the classes that judge `photo`, drawn by `seed`.

    `source`: the folder of pictures that `python -m tlcore pretrain photo` reads.
    """
    from tlcore.making.pretrain import judge

    labels, known, asked = _pictures(source)
    return judge.task(known, asked, labels, seed, each=size // len(labels))


@cache
def _pictures(folder: Path) -> Any:
    """Labels, and their training and validation pictures: 100,000 files are decoded once, not once
    a run, and a twentieth of them is kept."""
    from tlcore.making.pretrain import judge, pictures
    from tlcore.making.pretrain.photo import READ

    known = pictures.read(folder, "train", READ)
    labels = judge.held_out(int(known.labels.max()) + 1)[: judge.CLASSES]
    asked = pictures.read(folder, "val", READ)
    return labels, *(_of(part, torch.tensor(labels)) for part in (known, asked))


def _of(part: Split, labels: torch.Tensor) -> Split:
    kept = torch.isin(part.labels, labels)
    return Split(part.images[kept], part.labels[kept])
