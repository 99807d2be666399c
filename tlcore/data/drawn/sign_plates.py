"""The plates of ten road signs, drawn once and large; `signs` looks at them from anywhere.

Shapes and colours are those of the Vienna Convention on Road Signs and Signals (1968), which most
countries follow; each sign comes in three makes with other borders and symbols of another weight.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import torch
from PIL import Image, ImageDraw

TILE = 96  # px of a plate
FINE = 4  # drawn so many times larger, then averaged
MAKES = 3
Point = tuple[float, float]
RED, BLUE, YELLOW = (196, 22, 32), (18, 82, 170), (250, 190, 20)
WHITE, BLACK, RIM = (248, 248, 244), (20, 20, 22), (176, 180, 184)


class Pen:
    """Draws in units: (-1, -1) is the top left corner of the tile."""

    def __init__(self) -> None:
        self.image = Image.new("RGBA", (TILE * FINE, TILE * FINE))
        self._draw = ImageDraw.Draw(self.image)

    def disc(self, x: float, y: float, radius: float, colour: tuple[int, int, int]) -> None:
        (left, top), (right, bottom) = (
            self._px((x - radius, y - radius)),
            self._px((x + radius, y + radius)),
        )
        self._draw.ellipse((left, top, right, bottom), fill=(*colour, 255))

    def fill(
        self, points: Sequence[Point], colour: tuple[int, int, int], round_: float = 0.0
    ) -> None:
        """A polygon, its corners rounded by a stroke of that radius."""
        self._draw.polygon([self._px(p) for p in points], fill=(*colour, 255))
        if round_:
            self.stroke([*points, points[0]], round_, colour)

    def stroke(self, points: Sequence[Point], wide: float, colour: tuple[int, int, int]) -> None:
        """Lines with round ends and joints, `wide` to each side."""
        for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
            long = math.hypot(x1 - x0, y1 - y0) or 1.0
            right, down = -(y1 - y0) / long * wide, (x1 - x0) / long * wide
            self.fill(
                [
                    (x0 + right, y0 + down),
                    (x1 + right, y1 + down),
                    (x1 - right, y1 - down),
                    (x0 - right, y0 - down),
                ],
                colour,
            )
        for x, y in points:
            self.disc(x, y, wide, colour)

    def _px(self, point: Point) -> tuple[float, float]:
        side = TILE * FINE
        return (point[0] + 1) * side / 2 - 0.5, (point[1] + 1) * side / 2 - 0.5


def arc(x: float, y: float, wide: float, tall: float, start: float, end: float) -> list[Point]:
    """Points on an ellipse from one angle to another, in degrees clockwise from the right."""
    angles = [math.radians(start + (end - start) * step / 24) for step in range(25)]
    return [(x + wide * math.cos(a), y + tall * math.sin(a)) for a in angles]


def regular(corners: int, radius: float, start: float) -> list[Point]:
    angles = [math.radians(start + 360 * corner / corners) for corner in range(corners)]
    return [(radius * math.cos(a), radius * math.sin(a)) for a in angles]


# Strokes of the letters and figures, in a box from -1 to 1 that is then squeezed to its place.
GLYPHS: dict[str, list[list[Point]]] = {
    "S": [[*arc(0, -0.48, 0.85, 0.52, -30, -270), *arc(0, 0.48, 0.85, 0.52, -90, 150)]],
    "T": [[(-1, -1), (1, -1)], [(0, -1), (0, 1)]],
    "O": [arc(0, 0, 0.95, 1, 0, 360)],
    "P": [[(-0.8, 1), (-0.8, -1), (0.1, -1), *arc(0.1, -0.45, 0.75, 0.55, -90, 90), (-0.8, 0.1)]],
    "0": [arc(0, 0, 0.9, 1, 0, 360)],
    "3": [[*arc(-0.05, -0.5, 0.8, 0.5, -160, 90), *arc(-0.05, 0.5, 0.9, 0.5, -90, 160)]],
    "5": [[(0.75, -1), (-0.65, -1), (-0.78, -0.1), *arc(-0.05, 0.36, 0.9, 0.62, -130, 150)]],
}  # fmt: skip


def write(
    pen: Pen, text: str, wide: float, tall: float, weight: float, colour: tuple[int, int, int]
) -> None:
    """Letters side by side around the middle, each `wide` to each side of its own middle."""
    step = 2 * wide + 2.9 * weight
    for number, letter in enumerate(text):
        middle = (number - (len(text) - 1) / 2) * step
        for points in GLYPHS[letter]:
            pen.stroke([(middle + x * wide, y * tall) for x, y in points], weight, colour)


def stop(pen: Pen, make: int) -> None:
    pen.fill(regular(8, 0.98, 22.5), WHITE)
    pen.fill(regular(8, 0.98 - (0.07, 0.09, 0.05)[make], 22.5), RED)
    write(
        pen,
        "STOP",
        (0.125, 0.12, 0.13)[make],
        (0.3, 0.27, 0.33)[make],
        (0.05, 0.055, 0.042)[make],
        WHITE,
    )


def yield_(pen: Pen, make: int) -> None:
    corners: list[Point] = [(-0.84, -0.66), (0.84, -0.66), (0, 0.8)]
    pen.fill(corners, RED, 0.12)
    inner = (0.58, 0.52, 0.64)[make]
    pen.fill([(x * inner, (y + 0.17) * inner - 0.17) for x, y in corners], WHITE, 0.06)


def no_entry(pen: Pen, make: int) -> None:
    pen.disc(0, 0, 0.95, WHITE)
    pen.disc(0, 0, (0.91, 0.88, 0.93)[make], RED)
    tall, wide = (0.15, 0.17, 0.13)[make], (0.64, 0.6, 0.68)[make]
    pen.fill([(-wide, -tall), (wide, -tall), (wide, tall), (-wide, tall)], WHITE, 0.02)


def speed_30(pen: Pen, make: int) -> None:
    _speed(pen, make, "30")


def speed_50(pen: Pen, make: int) -> None:
    _speed(pen, make, "50")


def _speed(pen: Pen, make: int, figures: str) -> None:
    pen.disc(0, 0, 0.95, RED)
    pen.disc(0, 0, (0.74, 0.7, 0.78)[make], WHITE)
    write(
        pen,
        figures,
        (0.2, 0.185, 0.21)[make],
        (0.36, 0.33, 0.38)[make],
        (0.066, 0.075, 0.055)[make],
        BLACK,
    )


def priority_road(pen: Pen, make: int) -> None:
    pen.fill(regular(4, 0.92, 0), BLACK, 0.05)
    pen.fill(regular(4, 0.89, 0), WHITE, 0.05)
    pen.fill(regular(4, (0.64, 0.58, 0.7)[make], 0), YELLOW, 0.03)


def roundabout(pen: Pen, make: int) -> None:
    pen.disc(0, 0, 0.95, WHITE)
    pen.disc(0, 0, (0.91, 0.89, 0.93)[make], BLUE)
    ring, weight = 0.5, (0.085, 0.1, 0.07)[make]
    for start in (20, 140, 260):
        pen.stroke(arc(0, 0, ring, ring, start, start - 62), weight, WHITE)
        tip, end = math.radians(start - 108), math.radians(start - 60)
        pen.fill(
            [(ring * math.cos(tip), ring * math.sin(tip))]
            + [(far * math.cos(end), far * math.sin(end)) for far in (ring - 0.25, ring + 0.25)],
            WHITE,
        )


def pedestrian_crossing(pen: Pen, make: int) -> None:
    pen.fill([(-0.84, -0.84), (0.84, -0.84), (0.84, 0.84), (-0.84, 0.84)], BLUE, 0.08)
    large = (1.0, 0.94, 1.05)[make]
    pen.fill(
        [(0, -0.74 * large), (0.74 * large, 0.56 * large), (-0.74 * large, 0.56 * large)],
        WHITE,
        0.03,
    )
    weight = (0.062, 0.072, 0.054)[make]
    pen.disc(0.02, -0.4, 0.095, BLACK)
    pen.stroke([(0.0, -0.26), (-0.03, 0.06)], weight * 1.3, BLACK)  # back
    pen.stroke([(-0.03, 0.06), (0.13, 0.22), (0.16, 0.42)], weight, BLACK)  # legs
    pen.stroke([(-0.03, 0.06), (-0.12, 0.24), (-0.24, 0.4)], weight, BLACK)
    pen.stroke([(0.0, -0.22), (0.16, -0.1), (0.24, 0.02)], weight * 0.75, BLACK)  # arms
    pen.stroke([(0.0, -0.22), (-0.16, -0.08), (-0.18, 0.06)], weight * 0.75, BLACK)
    for stripe in (-0.46, -0.2, 0.06, 0.32):
        pen.fill(
            [(stripe, 0.46), (stripe + 0.13, 0.46), (stripe + 0.1, 0.55), (stripe - 0.03, 0.55)],
            BLACK,
        )


def one_way(pen: Pen, make: int) -> None:
    tall = (0.44, 0.5, 0.4)[make]
    pen.fill([(-0.88, -tall), (0.88, -tall), (0.88, tall), (-0.88, tall)], WHITE, 0.07)
    pen.fill(
        [(-0.86, -tall + 0.03), (0.86, -tall + 0.03), (0.86, tall - 0.03), (-0.86, tall - 0.03)],
        BLUE,
        0.05,
    )
    weight = (0.1, 0.12, 0.085)[make]
    pen.fill([(-0.72, -weight), (0.3, -weight), (0.3, weight), (-0.72, weight)], WHITE)
    pen.fill([(0.76, 0), (0.24, -0.34), (0.24, 0.34)], WHITE)


def no_parking(pen: Pen, make: int) -> None:
    pen.disc(0, 0, 0.95, RED)
    inner = (0.76, 0.72, 0.79)[make]
    pen.disc(0, 0, inner, BLUE)
    slant = inner * 0.72
    pen.stroke([(-slant, -slant), (slant, slant)], (0.09, 0.11, 0.08)[make], RED)


PLATES: dict[str, Callable[[Pen, int], None]] = {
    "stop": stop,
    "yield": yield_,
    "no_entry": no_entry,
    "speed_30": speed_30,
    "speed_50": speed_50,
    "priority_road": priority_road,
    "roundabout": roundabout,
    "pedestrian_crossing": pedestrian_crossing,
    "one_way": one_way,
    "no_parking": no_parking,
}


@cache
def atlas(name: str) -> torch.Tensor:
    """float32 (4, 3 * 96, 96): the three makes one below the other, colour times cover, cover."""
    tiles = []
    for make in range(MAKES):
        pen = Pen()
        PLATES[name](pen, make)
        large = torch.from_numpy(np.asarray(pen.image).copy()).permute(2, 0, 1).float() / 255
        colour, there = large[:3] * large[3:], large[3:]
        fine = torch.cat([colour, there]).view(4, TILE, FINE, TILE, FINE)
        tiles.append(fine.mean((2, 4)))
    return torch.cat(tiles, 1)
