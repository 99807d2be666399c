"""Laying colour on pictures, and what a camera does to them: light, blur, noise.

Pictures are float32 (N, 3, 64, 64) in 0..1 until `to_uint8`.
"""

from __future__ import annotations

import torch

from tlcore.data.drawn.dice import Dice, Value
from tlcore.data.drawn.shapes import Frame, Number, whole

Colour = torch.Tensor | tuple[float, float, float]


def rgb(colour: Colour) -> torch.Tensor:
    return colour if isinstance(colour, torch.Tensor) else torch.tensor(colour).view(1, 3, 1, 1)


def cover(f: Frame, distance: torch.Tensor, soft: Number = 1.0) -> torch.Tensor:
    """(N, 64, 64) in 0..1: how much of each pixel is inside; the edge is `soft` px wide."""
    return (0.5 - distance * (f.unit / soft)).clamp_(0, 1)


def lay(picture: torch.Tensor, colour: Colour, alpha: torch.Tensor) -> None:
    """Paint over the picture, in place."""
    picture.lerp_(rgb(colour), alpha.unsqueeze(1))


def paint(
    picture: torch.Tensor,
    f: Frame,
    distance: torch.Tensor,
    colour: Colour,
    outline: Number = 0.0,
    ink: Colour = (0.1, 0.08, 0.12),
) -> None:
    """Fill a shape; an outline of that width in units lies around it."""
    if not isinstance(outline, float) or outline > 0:
        lay(picture, ink, cover(f, distance - outline))
    lay(picture, colour, cover(f, distance))


def blur(picture: torch.Tensor, amount: Value, reach: int = 1) -> torch.Tensor:
    """Mixed with its average over neighbours `reach` px away: amount 0 leaves it, 1 is full."""
    share = (amount * 0.25).clamp(0, 0.25).unsqueeze(1)
    rest, long = 1 - 2 * share, picture.shape[-1] - reach
    for axis in (2, 3):
        part = picture * share
        picture = picture * rest
        picture.narrow(axis, reach, long).add_(part.narrow(axis, 0, long))
        picture.narrow(axis, 0, long).add_(part.narrow(axis, reach, long))
        for edge, at in ((0, 0), (long, long + reach - 1)):  # beyond the edge it goes on alike
            picture.narrow(axis, edge, reach).add_(part.narrow(axis, at, 1))
    return picture


def halve(picture: torch.Tensor) -> torch.Tensor:
    """Half the resolution: the mean of every 2 x 2 px (four times as fast as avg_pool2d here)."""
    rows = picture[:, :, 0::2] + picture[:, :, 1::2]
    return (rows[..., 0::2] + rows[..., 1::2]) * 0.25


def photograph(
    picture: torch.Tensor, dice: Dice, hard: float, most_blur: float = 2.0, grain: float = 0.22
) -> torch.Tensor:
    """Uneven light, exposure, white balance, focus and noise; all grow with `hard`."""
    f = whole(1)
    tilt = f.x * dice.around(0.3) + f.y * dice.around(0.3)
    exposure = 1 + dice.around(0.32) * hard
    light = (exposure + tilt * hard).unsqueeze(1)
    warm = (dice.around(0.12) * hard).unsqueeze(1)
    balance = torch.cat([1 + warm, torch.ones_like(warm), 1 - warm], 1)
    contrast = (1 - dice.roll(0, 0.4) * hard).unsqueeze(1)
    picture = ((picture - 0.5) * contrast + 0.5) * (light * balance)
    out_of_focus = dice.roll().square() * most_blur * hard
    picture = blur(picture, out_of_focus)
    picture = blur(picture, out_of_focus - 1, 2)
    amount = (0.015 + dice.roll().square() * grain * hard).unsqueeze(1)
    return picture + dice.noise() * amount


def to_uint8(picture: torch.Tensor) -> torch.Tensor:
    return (picture.clamp(0, 1) * 255).round_().to(torch.uint8)
