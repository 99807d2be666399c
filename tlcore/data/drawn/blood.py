"""Blood cells under a microscope, drawn here; `shift` leads from the usual stain to phase contrast.

What tells the class is the cell in the middle.  The red cells around it are the same for every
class, in the same numbers: they are the ruler by which its size can be judged.
"""

from __future__ import annotations

from dataclasses import replace

import torch

from tlcore.data.drawn import texture
from tlcore.data.drawn.blood_cells import CELLS, CHROMATIN, RED_CELL, Slide, Specimen, red_cell
from tlcore.data.drawn.canvas import cover, photograph
from tlcore.data.drawn.dice import SIDE, Dice, Value, exp
from tlcore.data.drawn.drawn import Drawing
from tlcore.data.drawn.shapes import Frame, circle, whole
from tlcore.ground.recipe import Knobs

NEIGHBOURS = 7


def _paint(name: str, dice: Dice, knobs: Knobs) -> torch.Tensor:
    hard = knobs.difficulty
    slide = Slide(dice.n, SIDE)
    magnified = exp(dice.around(0.22) * hard)
    field = whole(dice.n).move(size=magnified)
    nuclear, eosin = exp(dice.around(0.4) * hard), exp(dice.around(0.4) * hard)
    right, down = (dice.around(0.24) * hard for _ in range(2))
    cell = field.move(right, down, dice.around(3.14), exp(dice.around(0.1) * hard))
    specimen = Specimen(slide, cell, dice, hard, nuclear, eosin)
    _neighbours(specimen, field)
    _dirt(specimen, field)
    glass = _glass(whole(dice.n), dice)
    colours = torch.cat([dice.around(0.25) for _ in range(3)], 1).unsqueeze(-1) * hard
    hidden = dice.roll(0.5, 1.5)  # a phase microscope is not set alike every day
    CELLS[name](replace(specimen, dice=dice.apart()))

    stained = glass * torch.exp(-slide.density * (1 + colours))
    picture = stained
    if knobs.shift:
        picture = stained + (_phase_contrast(slide, glass, hidden) - stained) * knobs.shift
    return photograph(picture, dice, hard, most_blur=2.0, grain=0.12)


def _neighbours(s: Specimen, field: Frame) -> None:
    """Red cells all around, nearer and more of them as it gets harder."""
    spin = s.dice.around(3.14)
    for number in range(NEIGHBOURS):
        angle = spin + (number * 6.2832 / NEIGHBOURS) + s.dice.around(0.35)
        far = s.dice.roll(1.12, 1.42) + s.dice.roll(-0.5, 0.05) * s.hard
        at = field.move(angle=angle).move(far, 0.0)
        radius = RED_CELL * (1 + s.dice.around(0.12) * (0.3 + s.hard))
        oval = 1 + s.dice.around(0.12) * (0.3 + s.hard)
        red_cell(s, at, radius, oval, s.dice.roll(0.45, 0.75))


def _dirt(s: Specimen, field: Frame) -> None:
    """Specks of precipitated stain, one of them large; none at hard 0."""
    speck = texture.look(
        texture.grains(16, 0.05),
        field,
        s.dice.around(0.4),
        s.dice.around(0.4),
        s.dice.around(3.1),
        0.55,
    )
    s.slide.stain(speck[:, 0], CHROMATIN, s.dice.roll(0, 1.2) * s.hard)
    at = field.move(s.dice.around(0.9), s.dice.around(0.9))
    s.slide.stain(
        cover(at, circle(at, s.dice.roll(0.02, 0.1)), 4.0), CHROMATIN, s.dice.roll() * s.hard
    )


def _glass(f: Frame, dice: Dice) -> torch.Tensor:
    """The light through the empty slide: nearly white, darker to the rim of the field."""
    colour = dice.colour(
        (0.97, 0.94, 0.92), (0.95, 0.93, 0.97), (0.98, 0.95, 0.87), (0.93, 0.95, 0.94)
    )
    film = texture.look(
        texture.clouds(), f, dice.around(0.5), dice.around(0.5), dice.around(3.1), 0.35
    )
    rim = (f.x.square() + f.y.square()) * 0.05
    return colour * (1.0 - rim.unsqueeze(1) + 0.06 * (film - 0.5))


def _phase_contrast(slide: Slide, glass: torch.Tensor, strength: Value) -> torch.Tensor:
    """Grey-green: what delays light is dark, every edge has a bright halo outside."""
    halo = (1 - (slide.edge - 0.05).abs() * 11).clamp(0, 1)
    brink = (1 - (slide.edge + 0.03).abs() * 16).clamp(0, 1)
    light = 0.56 - slide.phase * (0.55 + 0.25 * strength) + 0.3 * halo - 0.14 * brink
    tint = torch.tensor((0.80, 1.0, 0.86)).view(1, 3, 1, 1)
    return light.clamp(0.02, 1.1).unsqueeze(1) * tint * (0.4 + 0.6 * glass)


BLOOD = Drawing("blood", tuple(CELLS), 1, _paint)
