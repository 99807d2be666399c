"""A reader's own pictures as a data set: the middle square of each, in three fixed splits.

Val and test are the same for every seed; a seed draws the training pictures only.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
from PIL import Image, ImageOps

from tlcore.catalog import own
from tlcore.data.draw import stratified
from tlcore.data.images import ImageData, Split, sha256_of
from tlcore.ground.errors import UserError


def load(name: str, train_size: int, seed: int = 0, side: int = own.SIDE) -> ImageData:
    """uint8 (N, 3, side, side); labels in the order of the set's classes.

    Raises UserError: data.gone, own.one_class, own.too_few, spec.train_size (low, high, given).
    """
    found = own.read(name)
    own.check(found)
    place = own.folder(name)
    each = list(found.splits.values())
    pool = [(p, number) for number, split in enumerate(each) for p in split.train]
    if not len(each) <= train_size <= len(pool):
        raise UserError("spec.train_size", low=len(each), high=len(pool), given=train_size)
    labels = np.array([number for _, number in pool], dtype=np.int64)
    chosen = [pool[i] for i in stratified(labels, train_size, seed, name)]
    train = _split(place, chosen, side)
    val, test = (
        _split(place, [(p, n) for n, split in enumerate(each) for p in split.of(part)], side)
        for part in ("val", "test")
    )
    classes = tuple(label.name for label in found.classes)
    return ImageData(name, classes, train, val, test, sha256_of(train, val, test))


def _split(place: Path, pictures: list[tuple[own.Picture, int]], side: int) -> Split:
    squares = [square(place / picture.file, side) for picture, _ in pictures]
    images = torch.from_numpy(np.stack(squares))
    return Split(images, torch.tensor([number for _, number in pictures]))


def square(
    file: Path | BinaryIO, side: int = own.SIDE
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """(3, side, side): what a network is given of one picture."""
    size = side, side
    try:
        with Image.open(file, formats=["JPEG"]) as image:
            fitted = ImageOps.fit(image.convert("RGB"), size, Image.Resampling.LANCZOS)
            return np.asarray(fitted).transpose(2, 0, 1)
    except OSError:  # deleted by its owner while this run began, or damaged on the disk
        raise UserError("data.gone") from None
