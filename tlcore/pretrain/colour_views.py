"""Random views of photographs: a part of the picture, mirrored, re-coloured, partly hidden.

The part is cut and scaled in one bilinear sampling, at any side, so early epochs can be trained
on smaller pictures.  Every view of a batch is drawn at once, from one generator.
"""

from __future__ import annotations

import math

import torch
from torch.nn import functional as F

LEAST_AREA, LARGEST_RATIO = 0.3, 4 / 3  # of the picture; width to height of the part
BRIGHTNESS, CONTRAST, SATURATION, GREY = 0.4, 0.4, 0.4, 0.05
HIDDEN, LEAST_HOLE, LARGEST_HOLE = 0.25, 0.1, 0.25  # probability; half sides, of the picture's


def view(pictures: torch.Tensor, side: int, generator: torch.Generator) -> torch.Tensor:
    """float (N, 3, H, W) in 0..1 to (N, 3, side, side), clamped to 0..1."""
    return _partly_hidden(_recoloured(_part(pictures, side, generator), generator), generator)


def _part(x: torch.Tensor, side: int, generator: torch.Generator) -> torch.Tensor:
    n = len(x)

    def draw(low: float, high: float) -> torch.Tensor:
        return torch.rand(n, generator=generator) * (high - low) + low

    area = draw(LEAST_AREA, 1.0)
    ratio = torch.exp(draw(-math.log(LARGEST_RATIO), math.log(LARGEST_RATIO)) / 2)
    wide = (area.sqrt() * ratio).clamp(max=1)
    high = (area.sqrt() / ratio).clamp(max=1)
    mirror = torch.where(draw(-1, 1) < 0, -1.0, 1.0)
    zero = torch.zeros(n)
    across = torch.stack([wide * mirror, zero, draw(-1, 1) * (1 - wide)], 1)
    down = torch.stack([zero, high, draw(-1, 1) * (1 - high)], 1)
    grid = F.affine_grid(torch.stack([across, down], 1), [n, 3, side, side], align_corners=False)
    return F.grid_sample(x, grid, padding_mode="reflection", align_corners=False)


def _recoloured(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    def draw(spread: float) -> torch.Tensor:
        return 1 + (torch.rand(len(x), 1, 1, 1, generator=generator) * 2 - 1) * spread

    x = x * draw(BRIGHTNESS)
    middle = x.mean((1, 2, 3), keepdim=True)
    x = middle + (x - middle) * draw(CONTRAST)
    grey = x.mean(1, keepdim=True)
    kept = torch.rand(len(x), 1, 1, 1, generator=generator) >= GREY
    return (grey + (x - grey) * draw(SATURATION) * kept).clamp(0, 1)


def _partly_hidden(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """A hole takes the mean of its picture."""
    n, _, height, width = x.shape

    def draw(low: float, high: float) -> torch.Tensor:
        return torch.rand(n, 1, 1, 1, generator=generator) * (high - low) + low

    rows = torch.arange(height).view(1, 1, -1, 1) / height
    columns = torch.arange(width).view(1, 1, 1, -1) / width
    inside = ((rows - draw(0, 1)).abs() < draw(LEAST_HOLE, LARGEST_HOLE)) & (
        (columns - draw(0, 1)).abs() < draw(LEAST_HOLE, LARGEST_HOLE)
    )
    return torch.where(inside & (draw(0, 1) < HIDDEN), x.mean((2, 3), keepdim=True), x)
