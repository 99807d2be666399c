"""Pictures like the source of `photo`, which may not be shipped: classes that it never saw."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from tlcore.data.images import ImageData


def load(source: Path, size: int, seed: int) -> ImageData:
    """`size` training pictures of the classes that judge `photo`, drawn by `seed`.

    `source`: the folder of pictures that `python -m tlcore pretrain photo` reads.
    """
    from tlcore.pretrain import judge

    known, asked = _pictures(source)
    labels = judge.held_out(int(known.labels.max()) + 1)[: judge.CLASSES]
    return judge.task(known, asked, labels, seed, each=size // len(labels))


@cache
def _pictures(folder: Path) -> Any:
    """Training and validation pictures: 100,000 files are decoded once, not once a run."""
    from tlcore.backbones.photo import INPUT
    from tlcore.pretrain import pictures

    return tuple(pictures.read(folder, part, INPUT.size) for part in ("train", "val"))
