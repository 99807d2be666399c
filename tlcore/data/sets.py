"""Data sets by name: `load` gives three splits as tensors in memory."""

from __future__ import annotations

from types import ModuleType

from tlcore import catalog
from tlcore.catalog import own
from tlcore.data.draw import stratified
from tlcore.data.drawn import font_digits
from tlcore.data.drawn.blood import BLOOD
from tlcore.data.drawn.drawn import Drawing
from tlcore.data.drawn.game import GAME
from tlcore.data.drawn.signs import SIGNS
from tlcore.data.images import ImageData, Split, sha256_of
from tlcore.data.known import digits, garments, torchvision_sets
from tlcore.data.own import own_pictures
from tlcore.data.texts import texts
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Knobs

__all__ = ["ImageData", "Split", "load"]

KNOBS = Knobs()
SOURCES: dict[str, ModuleType] = {
    "garments": garments,
    "digits": digits,
    "font_digits": font_digits,
}
DRAWN: dict[str, Drawing] = {drawing.name: drawing for drawing in (SIGNS, BLOOD, GAME)}


def load(
    name: str,
    train_size: int,
    seed: int = 0,
    knobs: Knobs = KNOBS,
    backbone: str = "",
    side: int | None = None,
) -> ImageData:
    """`train_size` training pictures drawn by `seed`, equal shares of each class; val and test
    are the same for every seed.  `knobs` turn all three splits of what is drawn with knobs.  Texts
    are cut into tokens by `backbone`; a reader's own pictures are cut at `side` px.

    Raises UserError: data.unknown, spec.train_size (low, high, given), data.damaged (file),
    data.absent (data, megabytes) and data.set_aside (data) of downloaded ones.
    """
    row = catalog.dataset(name)
    if row.modality == "text":
        return texts.load(name, train_size, seed, backbone)
    if row.source == "own":
        return own_pictures.load(name, train_size, seed, own.side_for(side))
    low, high = len(row.classes), row.train_pool
    if not low <= train_size <= high:
        raise UserError("spec.train_size", low=low, high=high, given=train_size)
    if row.source == "download":
        return torchvision_sets.load(name, train_size, seed)
    train = samples(name, train_size, seed, knobs)
    val, test = held_out(name, knobs)
    return ImageData(name, row.classes, train, val, test, sha256_of(train, val, test))


def held_out(name: str, knobs: Knobs = KNOBS) -> tuple[Split, Split]:
    """Validation and test pictures of what is embedded or drawn."""
    if name in DRAWN:
        return DRAWN[name].held_out(knobs)
    found: tuple[Split, Split] = SOURCES[name].held_out()
    return found


def samples(name: str, count: int, seed: int = 0, knobs: Knobs = KNOBS) -> Split:
    """The training pictures that `load` gives; what is drawn is drawn without those held out."""
    if name in DRAWN:
        drawing = DRAWN[name]
        return drawing.train(stratified(drawing.pool_labels(), count, seed, name), knobs)
    if name not in SOURCES:  # downloaded, or the reader's own
        return load(name, count, seed).train
    source = SOURCES[name]
    picked: Split = source.train(stratified(source.pool_labels(), count, seed, name))
    return picked
