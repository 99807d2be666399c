"""The pictures of a look: maps in colours of heat, and patches cut out of what the network saw."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn import functional as F

from tlcore.data import heat
from tlcore.experiments.look.run.receptive import Box, Field, box

SMALLEST, LARGEST = 28, 64  # px of a tile


def edge(size: int) -> int:
    """Side of the tiles of maps or patches up to `size` px."""
    return min(LARGEST, max(SMALLEST, size))


def of_map(strength: torch.Tensor, side: int) -> torch.Tensor:
    """(h, w) of 0 .. 1 -> uint8 (3, side, side); places stay squares, larger maps are averaged."""
    coloured = heat.colours(_resized(strength[None, None], side)[0, 0].numpy())
    return torch.from_numpy(coloured).permute(2, 0, 1)


@dataclass(frozen=True)
class Patch:
    """`place` is the box of pixels that belongs to the map's place itself; `sees` all that the
    place can depend on.  Where that is the whole picture or nearly so, the whole is shown."""

    sees: Box
    place: Box
    whole: bool


def patch(field: Field, at: int, cells: int, size: int) -> Patch:
    """Of place number `at` (row * cells + column) of a map of `cells` places a side."""
    row, column = divmod(at, cells)
    sees = box(field, row, column, size)
    whole = field.size >= size
    top, left = row * size // cells, column * size // cells
    height, width = (max(1, (n + 1) * size // cells - n * size // cells) for n in (row, column))
    return Patch(sees, Box(top, left, height, width), whole)


def cut(
    image: torch.Tensor, told: Patch, field: Field, at: int, cells: int, side: int
) -> torch.Tensor:
    """uint8 (C, S, S) -> (C, side, side).  Beyond the picture's edge there is the middle grey of
    nothing: a place there sees less."""
    if told.whole:
        return _resized(image[None].float(), side)[0].round().to(torch.uint8)
    row, column = divmod(at, cells)
    top, left = (field.start + field.jump * n for n in (row, column))
    piece = torch.full((image.shape[0], field.size, field.size), 128, dtype=torch.uint8)
    sees = told.sees
    inside = image[:, sees.top : sees.top + sees.height, sees.left : sees.left + sees.width]
    y, x = sees.top - top, sees.left - left
    piece[:, y : y + sees.height, x : x + sees.width] = inside
    return _resized(piece[None].float(), side)[0].round().to(torch.uint8)


def _resized(x: torch.Tensor, side: int) -> torch.Tensor:
    if x.shape[-1] > side:
        return F.interpolate(x, (side, side), mode="area")
    return F.interpolate(x, (side, side), mode="nearest-exact")
