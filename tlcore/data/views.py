"""Random views of grey pictures: moved, turned, scaled, mirrored, re-lit and partly hidden.

Every view of a batch is drawn at once, from one generator, so a seed names the whole training.
"""

from __future__ import annotations

import math

import torch
from torch.nn import functional as F

DEGREES, SCALE, SHIFT, SHEAR = 15.0, 0.15, 0.15, 0.1  # scale: logarithm; shift: half pictures
GAMMA, DARKEST, BLURRED, NOISE = 0.7, 0.5, 0.25, 0.08
HIDDEN, LEAST_HOLE, LARGEST_HOLE = 0.5, 3.0, 8.0  # probability; half sides of the hole, px


def view(pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """(N, 1, H, W) in 0..1 to one random view of each, same shape, not clamped."""
    moved = _moved(pictures, generator)
    return _partly_hidden(_relit(moved, generator), generator)


def _moved(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    n = len(x)

    def draw(bound: float) -> torch.Tensor:
        return (torch.rand(n, generator=generator) * 2 - 1) * bound

    angle = draw(DEGREES) * (math.pi / 180)
    wide = torch.exp(draw(SCALE))
    high = wide * torch.exp(draw(SCALE / 2))
    shear = draw(SHEAR)
    mirror = torch.where(draw(1) < 0, -1.0, 1.0)
    cos, sin = torch.cos(angle), torch.sin(angle)
    first = torch.stack([cos * wide * mirror, (shear - sin) * wide, draw(SHIFT)], 1)
    second = torch.stack([sin * high * mirror, cos * high, draw(SHIFT)], 1)
    grid = F.affine_grid(torch.stack([first, second], 1), list(x.shape), align_corners=False)
    return F.grid_sample(x, grid, align_corners=False)


def _relit(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    def draw(low: float, high: float) -> torch.Tensor:
        return torch.rand(len(x), 1, 1, 1, generator=generator) * (high - low) + low

    x = x.clamp(1e-4, 1) ** torch.exp(draw(-GAMMA, GAMMA)) * draw(DARKEST, 1)
    x = torch.where(draw(0, 1) < BLURRED, F.avg_pool2d(x, 3, 1, 1), x)
    return x + torch.randn(x.shape, generator=generator) * draw(0, NOISE)


def _partly_hidden(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    n, _, height, width = x.shape

    def draw(low: float, high: float) -> torch.Tensor:
        return torch.rand(n, 1, 1, 1, generator=generator) * (high - low) + low

    rows = torch.arange(height).view(1, 1, -1, 1)
    columns = torch.arange(width).view(1, 1, 1, -1)
    inside = ((rows - draw(0, height)).abs() < draw(LEAST_HOLE, LARGEST_HOLE)) & (
        (columns - draw(0, width)).abs() < draw(LEAST_HOLE, LARGEST_HOLE)
    )
    return x.masked_fill(inside & (draw(0, 1) < HIDDEN), 0)
