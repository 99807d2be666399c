"""The rows of catalog.json: facts on the backbones and data sets that come with the app.  No torch.

The facts (parameters, multiply-adds, output sizes) are computed from the built models by
`python -m tlcore catalogue`; a test builds every row again and compares.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from tlcore.ground import variants

FILE = Path(__file__).with_name("catalog.json")


@dataclass(frozen=True)
class BlockRow:
    """One block: parameters, multiply-adds for one picture, shape of its output.

    A transformer's output may be tokens: then `tokens` counts them, one for the class among them,
    and `size` is the side of the square that the others make.
    """

    name: str
    parameters: int
    macs: int
    channels: int
    size: int  # side of the output map, px
    tokens: int = 0
    # What variants add to it and what of its own learns by them, by their names for it; without 0.
    counted: Mapping[str, int] = field(default_factory=dict, hash=False)

    @property
    def places(self) -> int:
        """Of the map, or tokens: `channels * places` numbers leave the block."""
        return self.tokens or self.size**2

    def added(self, learns: str) -> int:
        """Parameters of what a plan adds to this block when it stays as it was."""
        return self.counted.get(variants.of(learns).added, 0)

    def learning_with(self, learns: str) -> int:
        """Parameters that learn in this block when only a part of it does."""
        return self.added(learns) + self.counted.get(variants.of(learns).own, 0)


@dataclass(frozen=True)
class BackboneRow:
    id: str
    family: str
    weights: str  # "embedded", or a torchvision name, e.g. "ResNet18_Weights.IMAGENET1K_V1"
    pretrained_on: str  # id of a text under `source.` in assets/locale
    size: int  # side of the input picture, px
    channels: int
    blocks: tuple[BlockRow, ...]
    # names the weights: sha256 of the file, or the name torchvision gives it; of the hub's "" until
    # they are here
    fingerprint: str
    licence: str
    origin: str  # where the weights or the method come from
    year: int
    top1: float | None  # source accuracy in percent as published with the weights
    mean: tuple[float, ...] = ()  # what the pictures are normalised with, per channel, in 0..1
    std: tuple[float, ...] = ()
    # Below: of downloaded weights.  Their authors resized the shorter side to `resize`, then took
    # the middle `size` px; the app resizes the whole square picture to `size` px.
    resize: int | None = None
    interpolation: str = ""
    whole: int | None = None  # parameters with the classifier of the 1,000 source classes
    paper: str = ""
    # How these weights were trained, a text under `recipe.` in assets/locale: accuracies of two
    # recipes differ by what was done, not by the architecture alone.
    recipe: str = ""
    url: str | None = None
    megabytes: float | None = None  # of the file, 2**20 bytes
    # What it reads.  Of a text backbone `size` is the most tokens of a text, and its blocks' counts
    # are those of a text of `tokens` tokens.
    modality: Literal["picture", "text"] = "picture"
    package: str = ""  # where an installed package carries the weights: what pip is told
    hub: str = ""  # the repository of the Hugging Face Hub that has them (tlcore.catalog.hub)
    # Sides of pictures, px, that one may choose instead of `size`: multiples of the network's whole
    # stride, so that each map is as much smaller or larger as the picture is.
    sides: tuple[int, ...] = ()

    @property
    def parameters(self) -> int:
        """Of all blocks: without a classifier."""
        return sum(block.parameters for block in self.blocks)

    @property
    def macs(self) -> int:
        """Multiply-adds of convolutions, linear layers and attention, one picture, all blocks."""
        return sum(block.macs for block in self.blocks)

    def at(self, side: int | None) -> BackboneRow:
        """The row for pictures of `side` px; None: as it is."""
        if side in (None, self.size):
            return self
        assert side in self.sides
        blocks = tuple(
            replace(
                block,
                size=block.size * side // self.size,
                macs=block.macs * side**2 // self.size**2,
            )
            for block in self.blocks
        )
        return replace(self, size=side, blocks=blocks)


@dataclass(frozen=True)
class DatasetRow:
    id: str
    classes: tuple[str, ...]  # ids of texts under `class.<data set>.`, or the label itself
    train_pool: int  # most training pictures one can ask for
    val: int
    test: int
    size: int
    channels: int
    fingerprint: str  # names the pixels: sha256 of the file, or of the drawing code's inputs
    licence: str
    origin: str
    # embedded: in assets or an installed package; drawn: by tlcore.data.sets; download: once, with
    # internet; own: the reader's pictures (tlcore.catalog.own)
    source: Literal["embedded", "drawn", "download", "own"]
    knobs: bool = False  # whether tlcore.ground.recipe.Knobs turn anything
    megabytes: float | None = None  # to download, 2**20 bytes, where that is known
    modality: Literal["picture", "text"] = "picture"  # a text has no size and no channels


@cache
def _facts() -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return facts


@cache
def backbones() -> dict[str, BackboneRow]:
    return {row["id"]: _backbone(row) for row in _facts()["backbones"]}


@cache
def texts() -> dict[str, BackboneRow]:
    """Backbones that read texts; `backbones` are those that look at pictures."""
    return {row["id"]: _backbone(row) for row in _facts()["text_backbones"]}


@cache
def grown() -> BackboneRow:
    """The tiny network that a reader pre-trains (tlcore.catalog.nursery): no weights come with
    it."""
    return _backbone(_facts()["grown"])


def _backbone(row: dict[str, Any]) -> BackboneRow:
    blocks = tuple(map(_block, row["blocks"]))
    lists = {name: tuple(row.get(name, ())) for name in ("mean", "std", "sides")}
    return BackboneRow(**{**row, **lists, "blocks": blocks})


def _block(row: dict[str, Any]) -> BlockRow:
    own = {field.name for field in fields(BlockRow)}
    counted = {name: number for name, number in row.items() if name not in own}
    return BlockRow(**{name: row[name] for name in row.keys() & own}, counted=counted)


@cache
def datasets() -> dict[str, DatasetRow]:
    rows = (DatasetRow(**{**row, "classes": tuple(row["classes"])}) for row in _facts()["datasets"])
    return {row.id: row for row in rows}


@cache
def text_datasets() -> dict[str, DatasetRow]:
    """Labelled texts; `datasets` are pictures."""
    rows = _facts()["text_datasets"]
    return {row["id"]: DatasetRow(**{**row, "classes": tuple(row["classes"])}) for row in rows}


def reads_texts(spec: Mapping[str, Any]) -> bool:
    """Whether a run with these settings is about texts."""
    return spec.get("backbone") in texts()
