"""Objects of a game screen, drawn here; `shift` leads from smooth art to pixel art
in other colours.

What tells the class is the object in the middle region.  Ground, sky, stones, mushrooms and the bar
at the top are the same for every class, in the same numbers.
"""

from __future__ import annotations

import torch

from tlcore.data.drawn import texture
from tlcore.data.drawn.canvas import cover, halve, lay, paint, photograph
from tlcore.data.drawn.dice import SIDE, Dice, Value, turn
from tlcore.data.drawn.drawn import Drawing
from tlcore.data.drawn.game_objects import INK, OBJECTS, lit
from tlcore.data.drawn.shapes import Frame, both, box, circle, either, ellipse, halfplane, whole
from tlcore.ground.recipe import Knobs

CELL = 2  # px of a block of pixel art: what `halve` makes of a picture
# Sixteen colours of another world, after the palettes of 8-bit machines: few, saturated, dark.
PALETTE = (
    (13, 10, 31), (51, 31, 82), (107, 41, 107), (184, 51, 102),
    (237, 97, 92), (250, 168, 102), (252, 230, 158), (247, 247, 235),
    (158, 204, 133), (61, 153, 122), (26, 92, 107), (41, 61, 143),
    (76, 117, 204), (128, 189, 235), (143, 133, 158), (92, 66, 71),
)  # fmt: skip


def _paint(name: str, dice: Dice, knobs: Knobs) -> torch.Tensor:
    hard = knobs.difficulty * (1.6 - 0.6 * knobs.difficulty)  # the lower half is too easy else
    f = whole(dice.n)
    picture = _ground(f, dice, hard)
    _props(picture, f, dice, hard)
    size = 0.7 * torch.pow(dice.size(0.55, 1.25).double(), hard).float()
    right, down = (dice.around(0.3) * hard for _ in range(2))
    angle, lean = dice.around(0.75) * hard, dice.around(0.3) * hard
    place = f.move(right, down, angle, size)
    place = Frame(place.x + lean * place.y, place.y, place.unit)
    floor = f.move(right, down + 0.85 * size, 0.0, size)
    lay(picture, (0.05, 0.05, 0.1), cover(floor, ellipse(floor, 0.7, 0.16), 6.0) * 0.45)
    faded = dice.roll(0, 0.5) * hard  # magic, mist, or a low setting of the screen
    before = picture.clone()
    OBJECTS[name](picture, place, dice.apart(), hard)
    picture = picture.lerp(before, faded.square().unsqueeze(1))
    _in_front(picture, f, dice, hard)
    picture = photograph(picture, dice, hard * 0.8, most_blur=1.4, grain=0.15)
    if knobs.shift == 0:
        return picture
    spin = dice.roll(-2.2, -0.9) * knobs.shift
    return _pixel_art(_other_hues(picture, spin).clamp(0, 1), knobs.shift)


def _ground(f: Frame, dice: Dice, hard: float) -> torch.Tensor:
    """Tiles seen from above, or a sky with hills: same for all classes."""
    soil = dice.colour(
        (0.45, 0.66, 0.34),
        (0.82, 0.74, 0.5),
        (0.55, 0.55, 0.6),
        (0.62, 0.48, 0.36),
        (0.78, 0.86, 0.92),
        (0.36, 0.36, 0.5),
    )
    sky = dice.colour((0.55, 0.8, 0.97), (0.75, 0.88, 0.95), (0.98, 0.75, 0.55), (0.35, 0.35, 0.6))
    side_view = dice.roll() < 0.4
    mist = texture.look(
        texture.clouds(), f, dice.around(0.6), dice.around(0.6), dice.around(3.1), 0.3
    )
    strength = 0.25 + 0.75 * hard
    tile = dice.roll(0.35, 0.6)
    column, row = (f.x + dice.roll()) / tile, (f.y + dice.roll()) / tile
    parity = ((column.floor() + row.floor()) % 2).unsqueeze(1)
    joint = torch.minimum((column - column.round()).abs(), (row - row.round()).abs()) * tile * 32
    groove = (1.5 - joint).clamp(0, 1).unsqueeze(1) * dice.roll(0, 0.3).unsqueeze(1)
    floor = soil * (0.85 + strength * (0.35 * (mist - 0.5) + 0.08 * parity - groove))
    slope, height = dice.around(0.4), dice.roll(0.1, 0.5)
    hill = height - f.y + slope * f.x * 0.5 + (mist[:, 0] - 0.5) * 0.5
    air = sky * (1.0 - 0.18 * f.y.unsqueeze(1)) + (mist - 0.45).clamp(min=0) * 0.5 * strength
    ground = soil * (0.75 + 0.4 * strength * (mist - 0.5) - 0.15 * (f.y - height).unsqueeze(1))
    landscape = air.lerp(ground, cover(f, hill).unsqueeze(1))
    return torch.where(side_view.unsqueeze(1), landscape, floor).contiguous()


def _props(picture: torch.Tensor, f: Frame, dice: Dice, hard: float) -> None:
    """Three stones and two mushrooms around the middle, none at hard 0."""
    shown = min(1.0, 2 * hard)
    for sector in range(5):
        start = sector * 1.2566  # a fifth of a turn
        far = dice.roll(0.72, 1.05)
        at = f.move(0.0, 0.0, dice.roll(start, start + 1.2)).move(far, 0.0)
        size = dice.roll(0.14, 0.3) * (0.3 + 0.7 * shown)
        if sector % 2:
            _mushroom(picture, at.move(0.0, 0.0, -start), dice, size, shown)
        else:
            _stone(picture, at.move(0.0, 0.0, dice.around(3.1)), dice, size, shown)


def _stone(picture: torch.Tensor, f: Frame, dice: Dice, size: Value, shown: float) -> None:
    colour = dice.colour((0.5, 0.5, 0.55), (0.34, 0.5, 0.32), (0.7, 0.6, 0.45), (0.4, 0.4, 0.55))
    f = f.move(size=size)
    shape = box(f, 1.0, dice.roll(0.6, 0.95), 0.55)
    lay(picture, INK, cover(f, shape - 0.14) * shown)
    lay(picture, lit(colour, f, 0.3), cover(f, shape) * shown)
    lay(picture, colour * 1.3, cover(f, both(shape + 0.3, circle(f.move(-0.3, -0.3), 0.5))) * shown)


def _mushroom(picture: torch.Tensor, f: Frame, dice: Dice, size: Value, shown: float) -> None:
    colour = dice.colour((0.8, 0.35, 0.3), (0.6, 0.42, 0.25), (0.75, 0.6, 0.3), (0.5, 0.4, 0.7))
    f = f.move(size=size, angle=dice.around(0.5))
    stem = f.move(0.0, 0.5)
    cap = both(circle(f.move(0.0, 0.1), 1.0), f.y - 0.15)
    lay(picture, INK, cover(f, either(box(stem, 0.36, 0.5, 0.1), cap) - 0.14) * shown)
    lay(picture, (0.92, 0.86, 0.74), cover(stem, box(stem, 0.36, 0.5, 0.1)) * shown)
    lay(picture, lit(colour, f, 0.3), cover(f, cap) * shown)
    spot = f.move(-0.3, -0.35)
    lay(picture, (0.97, 0.92, 0.85), cover(spot, circle(spot, 0.22)) * shown)


def _in_front(picture: torch.Tensor, f: Frame, dice: Dice, hard: float) -> None:
    """Something nearer than the object hides part of it; a bar of energy at the edge."""
    round_, colour = (
        dice.roll(0, 6.28),
        dice.colour((0.2, 0.42, 0.22), (0.4, 0.4, 0.45), (0.5, 0.36, 0.25), (0.75, 0.8, 0.9)),
    )
    away, size = 2.2 - dice.roll(0.6, 1.45) * hard, dice.roll(0.35, 0.7)
    near = f.move(0.0, 0.0, round_).move(away, 0.0, dice.around(0.5), size)
    shape = box(near, 1.0, 1.2, 0.5)
    paint(picture, near, shape, lit(colour, f, 0.25), 0.08, INK)
    full = dice.roll(-0.4, 0.4)
    bar = f.move(dice.around(0.4), -0.88)
    shown = min(1.0, 2 * hard)
    frame = cover(bar, box(bar, 0.5, 0.07, 0.03)) * shown
    lay(picture, INK, frame)
    lay(
        picture,
        dice.colour((0.9, 0.3, 0.3), (0.4, 0.85, 0.4), (0.4, 0.6, 0.95)),
        cover(bar, both(box(bar, 0.46, 0.035), halfplane(bar, 0.0, full))) * shown,
    )


def _other_hues(picture: torch.Tensor, angle: Value) -> torch.Tensor:
    """Colours turned about the grey axis by radians, brightness kept: hearts need not be red."""
    cos, sin = (part.view(-1, 1, 1, 1) for part in turn(angle))
    grey = picture[:, :1] * 0.3 + picture[:, 1:2] * 0.59 + picture[:, 2:] * 0.11
    away = picture - grey
    sideways = away.roll(1, 1) - away.roll(-1, 1)  # across the grey axis, at right angles
    turned = (away * cos + sideways * (sin * 0.577)) * (1 + 0.3 * sin.abs())
    return grey + turned - (turned[:, :1] * 0.3 + turned[:, 1:2] * 0.59 + turned[:, 2:] * 0.11)


def _pixel_art(picture: torch.Tensor, shift: float) -> torch.Tensor:
    """Blocks of CELL px, each the nearest of sixteen colours after an ordered dither."""
    small = halve(picture)
    checks = (torch.arange(SIDE // CELL).view(-1, 1) + torch.arange(SIDE // CELL)) % 2
    dithered = (small - 0.5) * 1.2 + 0.52 + (checks - 0.5) * 0.04
    best = torch.full_like(dithered[:, :1], 9.0)
    nearest = torch.zeros_like(small)
    for entry in PALETTE:
        colour = torch.tensor(entry).view(1, 3, 1, 1) / 255
        apart = (dithered - colour).square_()
        apart = apart[:, :1] * 0.3 + apart[:, 1:2] * 0.5 + apart[:, 2:] * 0.2
        nearest = torch.where(apart < best, colour, nearest)
        best = torch.minimum(best, apart)
    blocks = nearest.repeat_interleave(CELL, 2).repeat_interleave(CELL, 3)
    return picture * (1 - shift) + blocks * shift


GAME = Drawing("game", tuple(OBJECTS), 1, _paint)
