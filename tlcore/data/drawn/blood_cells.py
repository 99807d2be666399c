"""Ten kinds of blood cell, each by what really tells it: size, nucleus, cytoplasm, granules.

Sizes are ratios to a red cell (about 7.5 micrometres across), forms and colours those of a
Wright-Giemsa smear.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from tlcore.data.drawn import texture
from tlcore.data.drawn.canvas import cover
from tlcore.data.drawn.dice import Dice, Value, turn
from tlcore.data.drawn.shapes import Frame, circle, either, ellipse, line, melt

RED_CELL = 0.36  # radius, in half pictures: the ruler of the field


@dataclass(frozen=True)
class Stain:
    """What a layer does to light: optical density for red, green, blue; delay of phase."""

    density: tuple[float, float, float]
    phase: float


HAEMOGLOBIN = Stain((0.14, 0.46, 0.38), 0.30)
CHROMATIN = Stain((0.95, 1.45, 0.50), 0.42)
PALE_PINK = Stain((0.10, 0.20, 0.10), 0.14)
SKY_BLUE = Stain((0.42, 0.22, 0.02), 0.16)
GREY_BLUE = Stain((0.32, 0.29, 0.13), 0.16)
GREYISH = Stain((0.30, 0.42, 0.26), 0.26)
LILAC = Stain((0.36, 0.70, 0.24), 0.26)
FINE_GRANULE = Stain((0.16, 0.34, 0.10), 0.07)
ORANGE_GRANULE = Stain((0.04, 0.62, 0.95), -0.38)  # refractile: bright in phase contrast
DARK_GRANULE = Stain((1.35, 1.75, 0.75), 0.46)
HOLE = Stain((-0.30, -0.26, -0.10), -0.10)


class Slide:
    """Layers of stain on glass; cells that overlap are darker where they do."""

    def __init__(self, n: int, side: int) -> None:
        self.density = torch.zeros(n, 3, side, side)
        self.phase = torch.zeros(n, side, side)
        self.edge = torch.full((n, side, side), 9.0)  # distance to the nearest cell

    def stain(self, alpha: torch.Tensor, stain: Stain, strength: Value | float = 1.0) -> None:
        amount = alpha * strength
        self.density.addcmul_(amount.unsqueeze(1), torch.tensor(stain.density).view(1, 3, 1, 1))
        self.phase.add_(amount, alpha=stain.phase)

    def outline(self, distance: torch.Tensor) -> None:
        torch.minimum(self.edge, distance, out=self.edge)


@dataclass(frozen=True)
class Specimen:
    """One cell in the middle of the field: where, how much cells of its kind differ."""

    slide: Slide
    f: Frame  # already moved; its unit is that of the field
    dice: Dice
    hard: float
    nuclear: Value  # strength of the stain on nuclei
    eosin: Value  # and on red cells and granules


def red_cell(
    s: Specimen, f: Frame, radius: Value | float, oval: Value | float, pallor: Value | float
) -> None:
    """A disc that is thinner in the middle: `pallor` is how much."""
    distance = ellipse(f, radius * oval, radius / oval)
    depth = (distance * (-1.35 / RED_CELL)).clamp(0, 1)
    dip = depth * depth * (3 - 2 * depth)
    s.slide.stain(cover(f, distance, 1.6) * (1 - pallor * dip), HAEMOGLOBIN, s.eosin)
    s.slide.outline(distance)


def erythrocyte(s: Specimen) -> None:
    oval = 1 + s.dice.around(0.12) * s.hard
    red_cell(s, s.f, RED_CELL * (1 + s.dice.around(0.1) * s.hard), oval, s.dice.roll(0.5, 0.75))


def target_cell(s: Specimen) -> None:
    oval, dot = 1 + s.dice.around(0.12) * s.hard, 0.13 + s.dice.around(0.025) * s.hard
    red_cell(s, s.f, RED_CELL * 1.05, oval, 0.85)
    bull = circle(s.f.move(s.dice.around(0.03), s.dice.around(0.03)), dot)
    s.slide.stain(cover(s.f, bull, 3.5), HAEMOGLOBIN, s.eosin * 0.9)


def sickle_cell(s: Specimen) -> None:
    long, thick = 0.58 + s.dice.around(0.08) * s.hard, 0.17 + s.dice.around(0.035) * s.hard
    bow = 0.75 + s.dice.around(0.45) * s.hard
    f = s.f.move(0.0, -0.1).bend(bow)
    along = f.x / long
    width = thick * (1 - along * along).clamp(min=-1)
    # divided by the slope of the bent axis, or the tips would be too thick
    slope = (1 + (2 * bow * s.f.x).square()).sqrt()
    distance = torch.maximum((f.y.abs() - width) / slope, s.f.x.abs() - long)
    s.slide.stain(cover(s.f, distance, 1.6), HAEMOGLOBIN, s.eosin * 1.1)
    s.slide.outline(distance)


def platelet(s: Specimen) -> None:
    f, size = _soft(s, 0.22), 0.21 + s.dice.around(0.05) * s.hard
    distance = ellipse(f, size * 1.15, size)
    grain = texture.look(
        texture.grains(8, 0.75), f, s.dice.around(0.5), s.dice.around(0.5), None, 0.9
    )
    s.slide.stain(cover(f, distance, 2.2), LILAC, 0.65)
    s.slide.stain(cover(f, distance + 0.04, 3.0) * grain[:, 0], LILAC, s.nuclear * 1.1)
    s.slide.outline(distance)


def neutrophil(s: Specimen) -> None:
    f = _body(s, 0.60, PALE_PINK, 0.10)
    _granules(s, f, 0.56, 6, 0.8, FINE_GRANULE, 0.8)
    nucleus, start = None, s.dice.around(0.5)
    ring, step = 0.29 + s.dice.around(0.04), 1.15 + s.dice.around(0.12)
    last = None
    for lobe in range(4):
        size = 0.165 + s.dice.around(0.03)
        at = f.move(angle=start + step * lobe - 1.9).move(ring, 0.0)
        drop = ellipse(at, size * 0.92, size * 1.12)
        bridge = drop if last is None else _bridge(f, last, (start + step * lobe - 1.9, ring))
        last = (start + step * lobe - 1.9, ring)
        joined = either(drop, bridge)
        nucleus = joined if nucleus is None else melt(nucleus, joined, 0.05)
    assert nucleus is not None
    _nucleus(s, f, nucleus, 1.0)


def eosinophil(s: Specimen) -> None:
    f = _body(s, 0.62, PALE_PINK, 0.09)
    _granules(s, f, 0.58, 8, 0.62, ORANGE_GRANULE, s.eosin)
    apart, turned = 0.27 + s.dice.around(0.03), s.dice.around(0.4)
    g = f.move(0.0, -0.08, turned)
    lobes = ellipse(g.mirror().move(apart, 0.0, 0.35), 0.20, 0.25)
    nucleus = melt(lobes, line(g, -apart, 0.0, apart, 0.0, 0.035), 0.06)
    _nucleus(s, f, nucleus, 0.95)


def basophil(s: Specimen) -> None:
    f = _body(s, 0.54, LILAC, 0.09, 0.45)
    g = f.move(angle=s.dice.around(1.5))
    nucleus = melt(
        ellipse(g.move(-0.14, 0.03), 0.22, 0.30), circle(g.move(0.17, -0.05), 0.22), 0.12
    )
    _nucleus(s, f, nucleus, 0.65)
    _granules(s, f, 0.52, 8, 0.72, DARK_GRANULE, s.nuclear * 0.8)


def lymphocyte(s: Specimen) -> None:
    rim = s.dice.roll(0.055, 0.10 + 0.05 * s.hard)
    radius = 0.43 + s.dice.around(0.05) * s.hard
    f = _body(s, radius, SKY_BLUE, 0.05)
    nucleus = ellipse(
        f.move(s.dice.around(0.035), s.dice.around(0.035)), radius - rim, (radius - rim) * 0.96
    )
    _nucleus(s, f, nucleus, 1.05)


def monocyte(s: Specimen) -> None:
    f = _body(s, 0.72, GREY_BLUE, 0.13)
    holes = texture.look(
        texture.grains(16, 0.18), f, s.dice.around(0.5), s.dice.around(0.5), None, 0.8
    )
    s.slide.stain(holes[:, 0] * cover(f, circle(f, 0.60), 3.0), HOLE, 0.9)
    g = f.move(s.dice.around(0.06), s.dice.around(0.06), s.dice.around(3.1))
    dent = 0.30 + s.dice.around(0.06) * s.hard
    kidney = -melt(-ellipse(g, 0.50, 0.42), circle(g.move(0.05, 0.48), dent), 0.14)
    _nucleus(s, f, kidney, 0.72, 1.6)


def erythroblast(s: Specimen) -> None:
    radius = 0.42 + s.dice.around(0.05) * s.hard
    f = _body(s, radius, GREYISH, 0.05, s.eosin)
    small = 0.225 + s.dice.around(0.03) * s.hard
    nucleus = circle(f.move(s.dice.around(0.07), s.dice.around(0.07)), small)
    _nucleus(s, f, nucleus, 1.45, 0.4)


def _soft(s: Specimen, rough: float) -> Frame:
    """The cell's frame, warped: no cell is a circle."""
    x, y, angle = s.dice.around(0.5), s.dice.around(0.5), s.dice.around(3.1)
    waves = texture.look(texture.pair(), s.f, x, y, angle, 0.22) - 0.5
    amount = rough * (0.7 + 0.8 * s.hard)
    return Frame(s.f.x + waves[:, 0] * amount, s.f.y + waves[:, 1] * amount, s.f.unit)


def _body(
    s: Specimen, radius: Value | float, stain: Stain, rough: float, strength: Value | float = 1.0
) -> Frame:
    f = _soft(s, rough * 2.2)
    distance = circle(f, radius)
    alpha = cover(f, distance, 1.8)
    s.slide.stain(alpha * (1.0 + 0.35 * (distance * 6 + 1).clamp(0, 1)), stain, strength)
    s.slide.outline(distance)
    return f


def _nucleus(
    s: Specimen, f: Frame, distance: torch.Tensor, dense: float, clumps: float = 1.0
) -> None:
    """Chromatin: `clumps` is how uneven it is."""
    clouds = texture.look(texture.clouds(), f, s.dice.around(0.5), s.dice.around(0.5), None, 0.45)[
        :, 0
    ]
    alpha = cover(f, distance, 1.5) * (1 + clumps * 1.2 * (clouds - 0.5))
    s.slide.stain(alpha, CHROMATIN, s.nuclear * dense)


def _granules(
    s: Specimen,
    f: Frame,
    radius: float,
    cell: int,
    span: float,
    stain: Stain,
    strength: Value | float,
) -> None:
    """Round grains up to `radius`; `cell` and `span` set how large and how close they are."""
    x, y, angle = s.dice.around(0.5), s.dice.around(0.5), s.dice.around(3.1)
    grain = texture.look(texture.grains(cell), f, x, y, angle, span * 0.62)
    alpha = grain[:, 0] * (0.75 + 0.5 * (1 - grain[:, 1])) * cover(f, circle(f, radius), 2.5)
    s.slide.stain(alpha, stain, strength)


def _bridge(f: Frame, start: tuple[Value, Value], end: tuple[Value, Value]) -> torch.Tensor:
    """The thin strand between two lobes, given as (angle, distance from the middle)."""
    (c0, s0), (c1, s1) = turn(start[0]), turn(end[0])
    return line(f, c0 * start[1], s0 * start[1], c1 * end[1], s1 * end[1], 0.03)


CELLS: dict[str, Callable[[Specimen], None]] = {
    "erythrocyte": erythrocyte,
    "target_cell": target_cell,
    "sickle_cell": sickle_cell,
    "platelet": platelet,
    "neutrophil": neutrophil,
    "eosinophil": eosinophil,
    "basophil": basophil,
    "lymphocyte": lymphocyte,
    "monocyte": monocyte,
    "erythroblast": erythroblast,
}
