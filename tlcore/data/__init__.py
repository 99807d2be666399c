"""Data sets by name: `load` gives three splits as tensors in memory."""

from __future__ import annotations

from types import ModuleType

from tlcore import catalog
from tlcore.data import digits, font_digits, garments, own_pictures
from tlcore.data.draw import stratified
from tlcore.data.images import ImageData, Split, sha256_of
from tlcore.errors import UserError
from tlcore.recipe import Knobs

__all__ = ["ImageData", "Split", "load"]

KNOBS = Knobs()
SOURCES: dict[str, ModuleType] = {
    "garments": garments,
    "digits": digits,
    "font_digits": font_digits,
}


def load(name: str, train_size: int, seed: int = 0, knobs: Knobs = KNOBS) -> ImageData:
    """`train_size` training pictures drawn by `seed`, equal shares of each class; val and test
    are the same for every seed.

    Raises UserError: data.unknown, spec.train_size (low, high, given), data.damaged (file).
    """
    row = catalog.dataset(name)
    if row.source == "own":
        return own_pictures.load(name, train_size, seed)
    low, high = len(row.classes), row.train_pool
    if not low <= train_size <= high:
        raise UserError("spec.train_size", low=low, high=high, given=train_size)
    source = SOURCES[name]
    train = source.train(stratified(source.pool_labels(), train_size, seed, name))
    val, test = source.held_out()
    return ImageData(name, row.classes, train, val, test, sha256_of(train, val, test))
