"""Random views of photographs: a part of the picture, mirrored, re-coloured.

The part is cut and scaled in one bilinear sampling, at any side, so early epochs can be trained
on smaller pictures.  Every view of a batch is drawn at once, from one generator.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch.nn import functional as F

LARGEST_RATIO = 4 / 3  # width to height of the part


@dataclass(frozen=True)
class Change:
    """How far a view may be from its picture."""

    least_area: float = 0.3  # of the picture
    colour: float = 0.4  # brightness, contrast, saturation: 1 - colour to 1 + colour
    grey: float = 0.05  # probability that it loses its colours


def view(
    pictures: torch.Tensor, side: int, generator: torch.Generator, change: Change
) -> torch.Tensor:
    """float (N, 3, H, W) in 0..1 to (N, 3, side, side), clamped to 0..1."""
    return _recoloured(_part(pictures, side, generator, change), generator, change)


def _part(x: torch.Tensor, side: int, generator: torch.Generator, change: Change) -> torch.Tensor:
    n = len(x)

    def draw(low: float, high: float) -> torch.Tensor:
        return torch.rand(n, generator=generator) * (high - low) + low

    area = draw(change.least_area, 1.0)
    ratio = torch.exp(draw(-math.log(LARGEST_RATIO), math.log(LARGEST_RATIO)) / 2)
    wide = (area.sqrt() * ratio).clamp(max=1)
    high = (area.sqrt() / ratio).clamp(max=1)
    mirror = torch.where(draw(-1, 1) < 0, -1.0, 1.0)
    zero = torch.zeros(n)
    across = torch.stack([wide * mirror, zero, draw(-1, 1) * (1 - wide)], 1)
    down = torch.stack([zero, high, draw(-1, 1) * (1 - high)], 1)
    grid = F.affine_grid(torch.stack([across, down], 1), [n, 3, side, side], align_corners=False)
    return F.grid_sample(x, grid, padding_mode="reflection", align_corners=False)


def _recoloured(x: torch.Tensor, generator: torch.Generator, change: Change) -> torch.Tensor:
    def draw() -> torch.Tensor:
        return 1 + (torch.rand(len(x), 1, 1, 1, generator=generator) * 2 - 1) * change.colour

    x = x * draw()
    middle = x.mean((1, 2, 3), keepdim=True)
    x = middle + (x - middle) * draw()
    grey = x.mean(1, keepdim=True)
    kept = torch.rand(len(x), 1, 1, 1, generator=generator) >= change.grey
    return (grey + (x - grey) * draw() * kept).clamp(0, 1)
