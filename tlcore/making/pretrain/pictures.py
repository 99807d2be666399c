"""Labelled colour pictures for pre-training: a folder a class, or parquet files, read in slices.

    DIR/train/<class>/*.jpg and DIR/val/<class>/*.jpg   as torchvision's ImageFolder reads them
    DIR/train-*.parquet and DIR/val*.parquet            columns image (an encoded file) and label

Files are decoded one after the other; only the decoded pictures stay in memory (12 kB each at
64 px, 1.2 GB for Tiny ImageNet).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from tlcore.data.images import Split
from tlcore.data.own.picture import SUFFIXES
from tlcore.ground.errors import UserError

ROWS = 1_000  # of a parquet file at a time


def read(folder: Path, part: str, side: int) -> Split:
    """The pictures of "train" or "val", uint8 (N, 3, side, side), labels counted from 0.

    Raises UserError("pretrain.no_data", folder, file) when there are none, or one is not readable.
    """
    files = sorted(folder.glob(f"{part}*.parquet"))
    found = _parquet(files) if files else _folders(folder / part)
    images, labels = [], []
    for name, content, label in found:
        try:
            with Image.open(io.BytesIO(content)) as picture:
                images.append(np.asarray(square(picture.convert("RGB"), side)))
        except (OSError, ValueError):
            raise UserError("pretrain.no_data", folder=str(folder), file=name) from None
        labels.append(label)
    if not images:
        raise UserError("pretrain.no_data", folder=str(folder), file=part)
    pixels = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).contiguous()
    return Split(pixels, torch.tensor(labels))


def square(picture: Image.Image, side: int) -> Image.Image:
    """The middle square, scaled to `side` px."""
    if picture.size == (side, side):
        return picture
    least = min(picture.size)
    left, top = ((length - least) // 2 for length in picture.size)
    box = (left, top, left + least, top + least)
    return picture.resize((side, side), Image.Resampling.BILINEAR, box=box)


def _parquet(files: list[Path]) -> Iterator[tuple[str, bytes, int]]:
    import pyarrow.parquet as parquet

    for file in files:
        for batch in parquet.ParquetFile(file).iter_batches(ROWS, columns=["image", "label"]):
            for row in batch.to_pylist():
                held = row["image"]  # the Hub keeps {"bytes": ..., "path": ...}
                yield file.name, held["bytes"] if isinstance(held, dict) else held, row["label"]


def _folders(part: Path) -> Iterator[tuple[str, bytes, int]]:
    classes = sorted(path for path in part.glob("*") if path.is_dir())
    for label, folder in enumerate(classes):
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower().removeprefix(".") in SUFFIXES:
                yield path.name, path.read_bytes(), label
