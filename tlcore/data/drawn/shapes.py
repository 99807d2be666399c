"""Shapes as signed distances over a frame: negative inside, zero on the edge.

Formulas after Inigo Quilez, "2D distance functions" (iquilezles.org/articles/distfunctions2d).
A shape is a function of a frame, whose coordinates run from -1 to 1 over the whole picture
before it is moved; sizes are in the frame's own unit, so a part moves with what it belongs to.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from tlcore.data.drawn.dice import SIDE, Value, turn

Number = Value | float


@dataclass(frozen=True)
class Frame:
    """x to the right and y down, (N, 64, 64); `unit`: px of one unit."""

    x: torch.Tensor
    y: torch.Tensor
    unit: Number

    def move(
        self, x: Number = 0.0, y: Number = 0.0, angle: Number = 0.0, size: Number = 1.0
    ) -> Frame:
        """The frame of a part at (x, y), turned clockwise by `angle` radians, `size` times."""
        across, down = self.x - x, self.y - y
        if not isinstance(angle, float) or angle != 0:
            cos, sin = (
                turn(angle)
                if isinstance(angle, torch.Tensor)
                else (math.cos(angle), math.sin(angle))
            )
            across, down = across * cos + down * sin, down * cos - across * sin
        if not isinstance(size, float) or size != 1:
            across, down = across / size, down / size
        return Frame(across, down, self.unit * size)

    def mirror(self) -> Frame:
        """Left half on both sides: what is drawn at x > 0 appears twice."""
        return Frame(self.x.abs(), self.y, self.unit)

    def bend(self, amount: Number) -> Frame:
        """The x axis bent into a parabola."""
        return Frame(self.x, self.y - amount * self.x * self.x, self.unit)


def whole(n: int, side: int = SIDE) -> Frame:
    """The frame of the whole picture, on a grid of `side` px."""
    line = (torch.arange(side) + 0.5) / (side / 2) - 1
    x, y = line.view(1, 1, -1), line.view(1, -1, 1)
    return Frame(x.expand(n, side, side), y.expand(n, side, side), side / 2)


def circle(f: Frame, radius: Number) -> torch.Tensor:
    return (f.x * f.x).addcmul_(f.y, f.y).sqrt_().sub_(radius)


def ellipse(f: Frame, wide: Number, tall: Number) -> torch.Tensor:
    """Nearly a distance: exact on the edge and on the axes."""
    x, y = f.x / wide, f.y / tall
    near = (x * x).addcmul_(y, y).sqrt_()
    x, y = x / wide, y / tall
    steep = (x * x).addcmul_(y, y).sqrt_().clamp_(min=1e-4)
    return near * (near - 1) / steep


def box(f: Frame, wide: Number, tall: Number, round_: Number = 0.0) -> torch.Tensor:
    """Half width, half height, radius of the corners."""
    x, y = f.x.abs() - (wide - round_), f.y.abs() - (tall - round_)
    outside = x.clamp(min=0).square_().addcmul_(y.clamp(min=0), y.clamp(min=0)).sqrt_()
    return outside + torch.maximum(x, y).clamp_(max=0) - round_


def line(f: Frame, x0: Number, y0: Number, x1: Number, y1: Number, wide: Number) -> torch.Tensor:
    """A stroke with round ends, `wide` to each side."""
    px, py, dx, dy = f.x - x0, f.y - y0, x1 - x0, y1 - y0
    along = ((px * dx + py * dy) / (dx * dx + dy * dy)).clamp_(0, 1)
    px, py = px - along * dx, py - along * dy
    return (px * px).addcmul_(py, py).sqrt_().sub_(wide)


def halfplane(f: Frame, angle: float, at: Number) -> torch.Tensor:
    """What lies before the line at distance `at` in the direction `angle` (radians, 0: right)."""
    return f.x * math.cos(angle) + f.y * math.sin(angle) - at


def polygon(f: Frame, *sides: tuple[float, Number]) -> torch.Tensor:
    """A convex one, by the (angle, distance) of its sides; corners are rounded off outside."""
    found = halfplane(f, *sides[0])
    for side in sides[1:]:
        found = torch.maximum(found, halfplane(f, *side))
    return found


def both(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.maximum(a, b)


def either(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.minimum(a, b)


def melt(a: torch.Tensor, b: torch.Tensor, width: Number) -> torch.Tensor:
    """The two as drops that flow into each other over `width` (polynomial smooth minimum)."""
    near = (width - (a - b).abs()).clamp_(min=0)
    return torch.minimum(a, b) - near * near / (4 * width)
