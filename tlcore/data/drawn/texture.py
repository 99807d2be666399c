"""Textures made once and looked at through a window: clouds, grains, leaves.

Each picture looks at its own place, at its own angle and scale, so few textures serve many.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from torch.nn import functional as F

from tlcore.data.drawn import splitmix
from tlcore.data.drawn.dice import Value, turn
from tlcore.data.drawn.shapes import Frame

SIDE = 256  # px of a texture
SEED = 9  # a "split" of their own: no picture shares these numbers


@cache
def clouds() -> torch.Tensor:
    """(1, 256, 256) in 0..1: value noise, each octave half as strong as the one before."""
    total = torch.zeros(1, 1, SIDE, SIDE)
    for octave, cells in enumerate((8, 16, 32, 64)):
        words = splitmix.words(SEED, np.arange(cells * cells) + octave * 100_000, 1)
        grid = torch.from_numpy((words >> np.uint64(40)).astype(np.float32) / 2**24)
        square = grid.view(1, 1, cells, cells)
        total += F.interpolate(square, (SIDE, SIDE), mode="bicubic", align_corners=True) / 2**octave
    total -= total.amin()
    return (total / total.amax())[0]


@cache
def pair() -> torch.Tensor:
    """(2, 256, 256): two clouds that have nothing to do with each other, to move points by."""
    return torch.cat([clouds(), clouds().flip(2).transpose(1, 2)])


@cache
def grains(cell: int = 10, fill: float = 0.95) -> torch.Tensor:
    """(2, 256, 256): round grains about `cell` px apart, and the light on each of them."""
    rows = SIDE // cell + 1
    words = splitmix.words(SEED, np.arange(rows * rows) + 900_000 + cell, 4)
    u = torch.from_numpy((words >> np.uint64(40)).astype(np.float32) / 2**24)
    cover, light = torch.zeros(SIDE, SIDE), torch.zeros(SIDE, SIDE)
    for number in range(rows * rows):
        right, down, large, there = (float(v) for v in u[number])
        if there > fill:
            continue
        cx, cy = ((number % rows) + right) * cell, ((number // rows) + down) * cell
        radius = cell * (0.3 + 0.25 * large)
        window = tuple(slice(max(0, int(c - cell - 2)), int(c + cell + 2)) for c in (cy, cx))
        y = torch.arange(SIDE, dtype=torch.float32)[window[0]].view(-1, 1)
        x = torch.arange(SIDE, dtype=torch.float32)[window[1]].view(1, -1)
        far = ((x - cx) ** 2 + (y - cy) ** 2).sqrt()
        grain = ((radius - far) / 2 + 0.5).clamp(0, 1)
        lit = ((x - cx + radius / 3) ** 2 + (y - cy + radius / 3) ** 2).sqrt()
        glint = (1 - lit / radius).clamp(0, 1)
        light[window] = torch.where(grain > cover[window], glint, light[window])
        cover[window] = torch.maximum(cover[window], grain)
    return torch.stack([cover, light])


def look(
    texture: torch.Tensor,
    f: Frame,
    x: Value,
    y: Value,
    angle: Value | None = None,
    span: Value | float = 0.3,
) -> torch.Tensor:
    """(N, C, 64, 64): the window around (x, y) in -1..1, one unit of the frame being `span`."""
    right, down = f.x, f.y
    if angle is not None:
        cos, sin = turn(angle)
        right, down = right * cos + down * sin, down * cos - right * sin
    grid = torch.stack([right * span + x, down * span + y], -1)
    many = texture.unsqueeze(0).expand(len(grid), -1, -1, -1)
    return F.grid_sample(many, grid, padding_mode="reflection", align_corners=False)
