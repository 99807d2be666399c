"""Data sets of torchvision: what is taken of each, and how a run reads it.

A set is downloaded and decoded once, in a run of its own (tlcore.data.known.torchvision_fetch),
into one file of bytes under `datasets/<id>/`; a training run maps that file and needs neither
torchvision nor the network.  Training pictures are drawn from a pool; validation and test are
fixed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from tlcore import catalog
from tlcore.catalog import stored, whole_files
from tlcore.data.draw import stratified
from tlcore.data.images import ImageData, Split, sha256_of
from tlcore.ground.errors import UserError

PIXELS, FACTS = "pixels.bin", "set.json"


def load(name: str, train_size: int, seed: int) -> ImageData:
    """`train_size` pictures of the pool drawn by `seed`; val and test are fixed.

    Raises UserError: data.absent (data, megabytes), data.set_aside (data).
    """
    facts, pixels = _read(name)
    row = catalog.dataset(name)
    labels = np.asarray(facts["labels"], np.int64)
    pool, val = facts["train_pool"], facts["train_pool"] + facts["val"]
    picks = stratified(labels[:pool], train_size, seed, name)

    def split(chosen: npt.NDArray[np.int64]) -> Split:
        return Split(torch.from_numpy(pixels[chosen]), torch.from_numpy(labels[chosen]))

    parts = (split(picks), split(np.arange(pool, val)), split(np.arange(val, len(labels))))
    return ImageData(name, row.classes, *parts, sha256_of(*parts))


def _read(name: str) -> tuple[dict[str, Any], npt.NDArray[np.uint8]]:
    """What is known of the set on this disk, and its pixels (N, C, H, W) as a map of the file."""
    folder = stored.place(name)
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        row = catalog.dataset(name)
        shape = (len(facts["labels"]), row.channels, row.size, row.size)
        whole = facts["fingerprint"] == row.fingerprint
        whole = whole and whole_files.sha256_of(folder / PIXELS) == facts["sha256"]
        if whole:
            return facts, np.memmap(folder / PIXELS, np.uint8, "r", shape=shape)
    except FileNotFoundError:
        if not folder.exists():
            raise absent(name) from None
    except (OSError, ValueError, KeyError, TypeError):
        pass  # told below, as a file whose hash is wrong
    set_aside(folder)
    raise UserError("data.set_aside", data=name)


def absent(name: str) -> UserError:
    """`megabytes` None where the size is not known before it is asked for."""
    return UserError("data.absent", data=name, megabytes=catalog.dataset(name).megabytes)


def set_aside(folder: Path) -> None:
    """Out of the way of the next download; one damaged copy is kept, the newest."""
    damaged = folder.with_name(folder.name + whole_files.DAMAGED)
    whole_files.drop(damaged)
    folder.replace(damaged)
