"""Road signs at the roadside, drawn here; `shift` leads from day to a rainy night in headlights.

What tells the class is the plate.  Sky, road, trees, lamps and the pole are the same for every
class, in the same numbers.
"""

from __future__ import annotations

import torch
from torch.nn import functional as F

from tlcore.data.drawn import texture
from tlcore.data.drawn.canvas import blur, cover, halve, lay, photograph
from tlcore.data.drawn.dice import SIDE, Dice, exp
from tlcore.data.drawn.drawn import Drawing
from tlcore.data.drawn.shapes import Frame, box, circle, whole
from tlcore.data.drawn.sign_plates import MAKES, PLATES, atlas
from tlcore.ground.recipe import Knobs

NIGHT = (0.10, 0.12, 0.20)  # what is left of the daylight


def _paint(name: str, dice: Dice, knobs: Knobs) -> torch.Tensor:
    hard, night = knobs.difficulty, knobs.shift
    f = whole(dice.n)
    # Half the resolution: it is out of focus anyway.
    small = _roadside(whole(dice.n, SIDE // 2), dice, hard)
    behind = F.interpolate(small, scale_factor=2, mode="bilinear", align_corners=False)

    size = 0.72 * exp(dice.roll(-0.85, 0.2) * hard)
    right, down = (dice.around(0.3) * hard for _ in range(2))
    lean = dice.around(0.1) * hard
    pole = f.move(right, down, lean, size)
    stand = cover(pole, box(pole.move(0.0, 2.6), 0.07, 2.6))
    metal = (0.6 - 2.5 * pole.x.clamp(-0.08, 0.08)).unsqueeze(1).expand(-1, 3, -1, -1)

    place = f.move(right, down - 0.06 * (1 - hard), lean + dice.around(0.22) * hard, size)
    plate, there, seen = _plate(name, place, dice, hard)
    plate = _weathered(plate, seen, dice, hard)
    sun = 1.02 - 0.14 * seen.y.clamp(-1, 1) + dice.around(0.14) * seen.x.clamp(-1, 1)
    sun = (sun * _shade(f, dice, hard)).unsqueeze(1)
    leaf, near = _leaves(f, dice, hard)

    picture = behind.clone()
    for colour, alpha in ((metal, stand), (plate * sun, there), (leaf, near)):
        lay(picture, colour, alpha)
    if night:
        own = dice.apart()
        dark = behind * torch.tensor(NIGHT).view(1, 3, 1, 1)
        _lamps(dark, f, own)
        for colour, alpha in ((metal * 0.35, stand), (_lit(plate, seen, own), there)):
            lay(dark, colour, alpha)
        lay(dark, leaf * 0.3, near)
        _glare(dark, f, own, seen)
        picture = picture + (dark - picture) * night
    return photograph(picture, dice, hard, most_blur=2.2, grain=0.2)


def _roadside(f: Frame, dice: Dice, hard: float) -> torch.Tensor:
    """Sky, houses, trees and a road, out of focus; louder as it gets harder."""
    loud = 0.55 + 0.45 * hard
    top = dice.colour(
        (0.35, 0.58, 0.90), (0.62, 0.78, 0.94), (0.78, 0.80, 0.83), (0.88, 0.72, 0.62)
    )
    mist = texture.look(texture.pair(), f, dice.around(0.5), dice.around(0.5), None, 0.4)
    cloud = (mist[:, :1] - 0.45).clamp(0, 0.3) * 1.6
    low = (0.5 + 0.5 * f.y).unsqueeze(1)
    picture = top + (0.92 - top) * (low * 0.6 + cloud * loud).clamp(0, 1)

    horizon = dice.roll(0.15, 0.6)
    for _ in range(2):  # houses
        house = f.move(dice.around(1.1), horizon)
        wall = dice.colour(
            (0.75, 0.66, 0.55), (0.62, 0.40, 0.34), (0.78, 0.77, 0.74), (0.45, 0.5, 0.58)
        )
        tall = dice.roll(0.25, 1.2)
        front = cover(house, box(house, dice.roll(0.2, 0.45), tall), 2.0)
        rooms = ((house.x * 9).frac().abs() - 0.5).abs() + ((house.y * 7).frac().abs() - 0.5).abs()
        panes = ((rooms - 0.55) * 6).clamp(0, 1) * 0.3
        lay(picture, wall * (1 - panes).unsqueeze(1), front * loud)
    crown = horizon - dice.roll(0.05, 0.5) - (mist[:, 1] - 0.5) * 1.1 - dice.around(0.35) * f.x
    green = dice.colour(
        (0.22, 0.40, 0.18), (0.34, 0.46, 0.2), (0.16, 0.32, 0.22), (0.55, 0.42, 0.2)
    )
    speckle = texture.look(texture.clouds(), f, dice.around(0.4), dice.around(0.4), None, 0.55)
    lay(picture, green * (0.45 + 1.1 * speckle), cover(f, crown - f.y, 3.0) * loud)
    verge = dice.colour((0.42, 0.52, 0.26), (0.58, 0.54, 0.36), (0.52, 0.52, 0.5))
    lay(picture, verge * (0.75 + 0.5 * speckle), cover(f, horizon - f.y, 2.0))
    depth = (f.y - horizon).clamp(min=0)
    middle = dice.around(1.2)
    away = f.x - middle * (1 - depth) - dice.around(1.0) * depth
    road = away.abs() - 0.9 * depth
    lay(picture, 0.36 + 0.1 * speckle.expand(-1, 3, -1, -1), cover(f, road, 2.0) * (depth > 0))
    dashes = ((1 / (depth + 0.12)).frac() < 0.5).float()
    lay(
        picture,
        (0.88, 0.88, 0.84),
        cover(f, away.abs() - 0.035 * depth, 1.5) * dashes * (depth > 0.02),
    )
    picture = (picture - 0.6) * (0.7 + 0.3 * hard) + 0.6
    return blur(picture, dice.roll(0.4, 1.0))


def _plate(
    name: str, f: Frame, dice: Dice, hard: float
) -> tuple[torch.Tensor, torch.Tensor, Frame]:
    """(N, 3, 64, 64) colour, (N, 64, 64) cover, and the frame on the plate, seen from aside."""
    make = dice.choice(MAKES).view(-1, 1, 1)
    aside, above = dice.around(0.42) * hard, dice.around(0.28) * hard
    squeeze = 1 + dice.roll(0, 0.55) * hard  # turned away from the road
    w = (1 + aside * f.x + above * f.y).clamp(min=0.25)
    seen = Frame(f.x * squeeze / w, f.y / w, f.unit)
    # Twice the resolution, averaged in pairs: the frame is enlarged by interpolation, which is
    # exact for planes and nearly so for what perspective makes of them.
    at = torch.stack([seen.x, seen.y], 1)
    at = F.interpolate(at, scale_factor=2, mode="bilinear", align_corners=False).clamp(-1, 1)
    grid = torch.stack([at[:, 0], (at[:, 1] + 1 + 2 * make) / MAKES - 1], -1)
    sheet = atlas(name).unsqueeze(0).expand(len(grid), -1, -1, -1)
    found = halve(F.grid_sample(sheet, grid, align_corners=False))
    there = found[:, 3].clamp(0, 1)
    return found[:, :3] / there.clamp(min=1e-3).unsqueeze(1), there, seen


def _weathered(plate: torch.Tensor, f: Frame, dice: Dice, hard: float) -> torch.Tensor:
    """Bleached by the sun, dirty, with a sticker."""
    bleached = (dice.roll(0, 0.65).square() * hard).unsqueeze(1)
    plate = plate + (plate.mean(1, keepdim=True) * 0.5 + 0.42 - plate) * bleached
    dirt = texture.look(
        texture.clouds(), f, dice.around(0.5), dice.around(0.5), dice.around(3.1), 0.2
    )
    plate = plate * (1 - (dirt - 0.45).clamp(min=0) * (dice.roll(0, 2.2) * hard).unsqueeze(1))
    sticker = f.move(dice.around(0.6), dice.around(0.6), dice.around(3.1))
    shape = box(sticker, dice.roll(0.1, 0.3), dice.roll(0.1, 0.22), 0.04)
    colour = dice.colour((0.9, 0.9, 0.85), (0.3, 0.3, 0.3), (0.8, 0.75, 0.3), (0.3, 0.6, 0.4))
    lay(
        plate,
        colour,
        cover(sticker, shape) * (dice.roll(-1, 1).clamp(min=0) * 2 * hard).clamp(max=1),
    )
    return plate


def _shade(f: Frame, dice: Dice, hard: float) -> torch.Tensor:
    """(N, 64, 64): the shadow of something beside the road."""
    edge = f.move(angle=dice.around(3.14)).x - dice.around(0.6)
    wave = texture.look(texture.clouds(), f, dice.around(0.5), dice.around(0.5), None, 0.35)[:, 0]
    return 1 - dice.roll(0, 0.55) * hard * ((edge + (wave - 0.5)) * 6).clamp(0, 1)


def _leaves(f: Frame, dice: Dice, hard: float) -> tuple[torch.Tensor, torch.Tensor]:
    """A branch in front, its colour and cover: it comes further in as it gets harder."""
    side = f.move(angle=dice.around(3.14))
    reach = 1.5 - dice.roll(0.1, 1.25) * hard
    long = Frame(side.x * 0.8, side.y * 2.0, side.unit)
    leaf = texture.look(
        texture.grains(24, 0.95), long, dice.around(0.4), dice.around(0.4), None, 0.5
    )
    near = ((side.x - reach - 0.25 * side.y.abs()) * 5).clamp(0, 1)
    green = dice.colour((0.2, 0.42, 0.14), (0.35, 0.5, 0.16), (0.5, 0.4, 0.15))
    return green * (0.6 + 0.9 * leaf[:, 1:]), leaf[:, 0] * near


def _lit(plate: torch.Tensor, f: Frame, dice: Dice) -> torch.Tensor:
    """The plate throws the headlights back, brightest where the beam meets it."""
    beam = dice.roll(0.75, 1.25) * (1.15 - 0.5 * circle(f.move(dice.around(0.5), 0.4), 0.0))
    return plate * beam.unsqueeze(1) * torch.tensor((1.0, 0.97, 0.88)).view(1, 3, 1, 1)


def _lamps(dark: torch.Tensor, f: Frame, dice: Dice) -> None:
    """Street lamps and cars far off: discs of light, as a lens makes them of points."""
    for _ in range(5):
        at = f.move(dice.around(1.0), dice.roll(-0.7, 0.7))
        glow = cover(at, circle(at, dice.roll(0.05, 0.17)), 2.5) * dice.roll(0.2, 0.75)
        colour = dice.colour(
            (1.0, 0.72, 0.35), (1.0, 0.9, 0.7), (0.9, 0.25, 0.2), (0.75, 0.85, 1.0)
        )
        dark.add_(colour * glow.unsqueeze(1))


def _glare(dark: torch.Tensor, f: Frame, dice: Dice, plate: Frame) -> None:
    """A car coming the other way, the bloom of the bright plate, and rain in the beam."""
    car = f.move(dice.roll(0.5, 1.3) * torch.sign(dice.around()), dice.roll(0.55, 1.0))
    far = car.x.square() + car.y.square()
    dark.add_((dice.roll(0.02, 0.09) / (far + 0.05)).unsqueeze(1) * 0.6)
    near = plate.x.square() + plate.y.square()
    dark.add_((0.1 / (near + 0.6)).unsqueeze(1))
    slant = dice.around(0.25)
    falling = Frame((f.x + slant * f.y) * 1.3, f.y * 0.09, f.unit)
    rain = texture.look(
        texture.grains(6, 0.32), falling, dice.around(0.3), dice.around(0.3), None, 0.5
    )
    dark.add_(rain[:, :1] * dice.roll(0.08, 0.26).unsqueeze(1))


SIGNS = Drawing("signs", tuple(PLATES), 1, _paint)
