"""The ten objects of a game screen, each drawn in its own frame from -1 to 1.

`hard` moves colours and proportions away from the one that everybody draws first.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch

from tlcore.data.drawn.canvas import Colour, cover, lay, paint, rgb
from tlcore.data.drawn.dice import Dice
from tlcore.data.drawn.shapes import (
    Frame,
    Number,
    both,
    box,
    circle,
    either,
    ellipse,
    line,
    melt,
    polygon,
)

RIM = 0.075  # outline, in units of the object
INK = (0.11, 0.08, 0.13)
WHITE, BLACK = (1.0, 1.0, 1.0), (0.07, 0.06, 0.09)
GOLD, STEEL, COPPER = (1.0, 0.78, 0.18), (0.8, 0.84, 0.9), (0.85, 0.5, 0.3)
WOOD, DARK_WOOD = (0.62, 0.39, 0.2), (0.4, 0.25, 0.15)
RED, GREEN, BLUE, PURPLE = (0.9, 0.16, 0.2), (0.3, 0.75, 0.3), (0.2, 0.45, 0.9), (0.62, 0.3, 0.8)
PINK, ORANGE, TEAL = (1.0, 0.5, 0.62), (0.96, 0.55, 0.15), (0.15, 0.72, 0.68)


def tint(
    dice: Dice, hard: float, usual: Colour, *others: tuple[float, float, float]
) -> torch.Tensor:
    """The usual colour at hard 0, any of the others at hard 1."""
    return rgb(usual) + (dice.colour(*others) - rgb(usual)) * hard


def lit(colour: Colour, f: Frame, strength: float = 0.3) -> torch.Tensor:
    """Lighter at the top left, as if the light came from there."""
    return rgb(colour) * (1.06 - strength * (0.45 * f.x + 0.8 * f.y)).unsqueeze(1)


def glint(
    picture: torch.Tensor, f: Frame, x: Number, y: Number, size: float, alpha: float = 0.75
) -> None:
    spot = f.move(x, y, -0.7)
    lay(picture, WHITE, cover(spot, ellipse(spot, size, size * 0.55), 2.0) * alpha)


def player(picture: torch.Tensor, f: Frame, dice: Dice, hard: float) -> None:
    tunic = tint(dice, hard, BLUE, GREEN, BLUE, RED, PURPLE)
    skin = dice.colour((1.0, 0.84, 0.7), (0.87, 0.65, 0.48), (0.5, 0.33, 0.22))
    hair = tint(dice, hard, (0.42, 0.24, 0.12), BLACK, (0.9, 0.72, 0.3), (0.75, 0.3, 0.15))
    stride, arm = dice.around(0.16) * (0.3 + hard), dice.around(0.5) * hard
    for side in (-1.0, 1.0):
        leg = f.move(side * 0.2, 0.66 + side * stride * 0.6)
        paint(picture, leg, box(leg, 0.15, 0.26, 0.08), (0.25, 0.2, 0.25), RIM)
    for side in (-1.0, 1.0):
        limb = f.move(side * 0.38, 0.1, side * (-0.5 - arm))
        paint(picture, limb, line(limb, 0.0, 0.0, 0.0, 0.34, 0.11), lit(tunic, f), RIM)
        hand = limb.move(0.0, 0.38)
        lay(picture, skin, cover(hand, circle(hand, 0.11)))
    body = f.move(0.0, 0.26)
    paint(picture, body, box(body, 0.36, 0.33, 0.16), lit(tunic, f), RIM)
    belt = f.move(0.0, 0.4)
    lay(picture, DARK_WOOD, cover(belt, box(belt, 0.36, 0.06)))
    lay(picture, GOLD, cover(belt, box(belt, 0.08, 0.07)))
    head = f.move(0.0, -0.4)
    paint(picture, head, ellipse(head, 0.46, 0.44), lit(skin, head, 0.2), RIM)
    fringe = both(ellipse(head.move(0.0, -0.04), 0.48, 0.47), head.y + 0.1 + 0.25 * head.x.abs())
    lay(picture, lit(hair, head), cover(head, fringe))
    eyes = head.mirror().move(0.18, 0.1)
    lay(picture, BLACK, cover(eyes, ellipse(eyes, 0.07, 0.11)))


def enemy(picture: torch.Tensor, f: Frame, dice: Dice, hard: float) -> None:
    colour = tint(dice, hard, (0.45, 0.8, 0.3), GREEN, PURPLE, RED, TEAL, ORANGE)
    squash, horns = 1 + dice.around(0.18) * hard, dice.roll(0.25, 0.5)
    f = f.move(0.0, 0.1)
    horn = f.mirror().move(0.4, -0.5, 0.5)
    paint(
        picture,
        horn,
        both(polygon(horn, (0.4, 0.13), (math.pi - 0.4, 0.13)), -horn.y - horns),
        (0.95, 0.9, 0.75),
        RIM,
    )
    dome = ellipse(f.move(0.0, 0.1), 0.72 * squash, 0.74 / squash)
    foot = ellipse(f.move(0.0, 0.52), 0.82, 0.24)
    body = melt(both(dome, f.y - 0.55), foot, 0.25)
    paint(picture, f, body, lit(colour, f, 0.45), RIM)
    glint(picture, f, -0.32, -0.3, 0.16)
    eye = f.mirror().move(0.27, -0.05)
    lay(picture, WHITE, cover(eye, ellipse(eye, 0.19, 0.21)))
    look = dice.around(0.07)
    pupil = eye.move(-0.03, 0.04 + look)
    lay(picture, BLACK, cover(pupil, circle(pupil, 0.09)))
    lay(picture, INK, cover(eye, line(eye, -0.22, -0.12, 0.2, -0.26, 0.06)))
    mouth = f.move(0.0, 0.38)
    lay(picture, (0.25, 0.05, 0.1), cover(mouth, box(mouth, 0.34, 0.11, 0.08)))
    tooth = mouth.mirror().move(0.16, -0.1)
    lay(
        picture,
        WHITE,
        cover(tooth, polygon(tooth, (0.5, 0.07), (math.pi - 0.5, 0.07), (-math.pi / 2, 0.0))),
    )


def coin(picture: torch.Tensor, f: Frame, dice: Dice, hard: float) -> None:
    metal = tint(dice, hard * 0.8, GOLD, GOLD, STEEL, COPPER)
    turned = 0.78 - dice.roll(0, 0.5) * hard
    edge = f.move(0.12, 0.0)
    paint(picture, edge, ellipse(edge, turned, 0.78), metal * 0.6, RIM)
    paint(picture, f, ellipse(f, turned, 0.78), lit(metal, f, 0.4), RIM)
    lay(picture, metal * 0.72, cover(f, ellipse(f, turned * 0.78, 0.62).abs() - 0.035))
    face = Frame(f.x / turned, f.y, f.unit)
    emblem = box(face, 0.17, 0.4, 0.05)
    lay(picture, metal * 0.66, cover(f, emblem))
    lay(picture, lit(metal * 1.25, f), cover(f, emblem + 0.05))
    glint(picture, f, -0.3 * turned, -0.42, 0.15)


def heart(picture: torch.Tensor, f: Frame, dice: Dice, hard: float) -> None:
    colour = tint(dice, hard, RED, RED, PINK, (0.75, 0.1, 0.35), ORANGE, PURPLE)
    plump = 0.44 + dice.around(0.05) * hard
    f = f.move(0.0, 0.02)
    tip = f.move(0.0, 0.1, math.pi / 4)
    lobe = f.mirror().move(plump * 0.7071, 0.1 - plump * 0.7071)
    shape = either(circle(lobe, plump), box(tip, plump, plump, 0.06))
    paint(picture, f, shape, colour * 0.72, RIM)
    lay(picture, lit(colour, f, 0.5), cover(f, shape + 0.08, 3.0))
    glint(picture, f, -0.38, -0.32, 0.17)


def potion(picture: torch.Tensor, f: Frame, dice: Dice, hard: float) -> None:
    liquid = tint(dice, hard, (0.85, 0.2, 0.55), RED, PURPLE, BLUE, TEAL, GREEN, ORANGE)
    square, level = dice.roll() * hard, dice.around(0.2) * hard + 0.05
    glass = (0.82, 0.92, 0.95)
    cork = f.move(0.0, -0.78)
    paint(picture, cork, box(cork, 0.17, 0.15, 0.05), lit(WOOD, f), RIM)
    belly = f.move(0.0, 0.27)
    vessel = circle(belly, 0.58) * (1 - square) + box(belly, 0.5, 0.52, 0.14) * square
    throat = box(f.move(0.0, -0.4), 0.19, 0.3, 0.04)
    flask = melt(vessel, throat, 0.15)
    paint(picture, f, flask, lit(glass, f, 0.2), RIM)
    inside = flask + 0.09
    lay(picture, lit(liquid, belly, 0.45), cover(f, both(inside, level - f.y)))
    lay(
        picture, liquid * 0.5 + 0.5, cover(f, both(inside, (f.y - level - 0.03).abs() - 0.05)) * 0.8
    )
    for x, y, size in ((0.15, 0.45, 0.09), (-0.1, 0.62, 0.06), (0.22, 0.24, 0.05)):
        bubble = f.move(x + dice.around(0.1), y)
        lay(picture, liquid * 0.4 + 0.6, cover(bubble, circle(bubble, size)) * 0.8)
    lip = f.move(0.0, -0.62)
    paint(picture, lip, box(lip, 0.27, 0.07, 0.05), glass, RIM * 0.8)
    lay(picture, WHITE, cover(f, line(f, -0.33, 0.12, -0.38, 0.4, 0.05), 2.0) * 0.8)


def key(picture: torch.Tensor, f: Frame, dice: Dice, hard: float) -> None:
    metal = tint(dice, hard, GOLD, GOLD, STEEL, COPPER, (0.55, 0.6, 0.5))
    long, bow, teeth = dice.roll(0, 0.2) * hard, dice.around(0.05) * hard, dice.around(0.08) * hard
    f = f.move(0.0, 0.0, 0.6)
    head = f.move(0.0, -0.5)
    ring = circle(head, 0.32 + bow).abs() - 0.11
    shaft = box(f.move(0.0, 0.3), 0.095, 0.52 - long, 0.03)
    first = box(f.move(0.2, 0.68 - long), 0.17, 0.085, 0.02)
    second = box(f.move(0.17, 0.4 - long + teeth), 0.14, 0.075, 0.02)
    shape = either(either(ring, shaft), either(first, second))
    paint(picture, f, shape, metal * 0.68, RIM)
    lay(picture, lit(metal * 1.05, f, 0.4), cover(f, shape + 0.035))
    lay(picture, WHITE, cover(f, both(shape + 0.07, f.x)) * 0.35)


def chest(picture: torch.Tensor, f: Frame, dice: Dice, hard: float) -> None:
    wood = tint(dice, hard, WOOD, WOOD, (0.5, 0.2, 0.15), (0.35, 0.35, 0.45), (0.75, 0.55, 0.3))
    metal = tint(dice, hard, GOLD, GOLD, STEEL, COPPER)
    wide, high = 0.8 - dice.roll(0, 0.14) * hard, dice.around(0.08) * hard
    f = f.move(0.0, 0.08)
    lower, upper = f.move(0.0, 0.32), f.move(0.0, -0.26)
    lid = both(box(upper.move(0.0, 0.14), wide, 0.5 + high, 0.32), f.y + 0.04)
    paint(picture, lower, box(lower, wide, 0.38, 0.06), lit(wood, f, 0.25), RIM)
    paint(picture, upper, lid, lit(wood * 1.12, upper, 0.4), RIM)
    planks = ((f.y - 0.33).abs() - 0.02).minimum((f.y + 0.3).abs() - 0.018)
    inside = either(box(lower, wide, 0.38, 0.06), lid)
    lay(picture, wood * 0.6, cover(f, both(planks, inside)))
    band = f.mirror().move(0.52, 0.0)
    lay(picture, lit(metal, f, 0.35), cover(f, both(box(band, 0.09, 1.0), inside)))
    lay(picture, INK, cover(f, box(f.move(0.0, -0.03), wide, 0.04)))
    plate = f.move(0.0, 0.06)
    paint(picture, plate, box(plate, 0.16, 0.18, 0.05), lit(metal, f), RIM * 0.7)
    lay(
        picture,
        INK,
        cover(plate, either(circle(plate, 0.06), box(plate.move(0.0, 0.06), 0.028, 0.06))),
    )


def sword(picture: torch.Tensor, f: Frame, dice: Dice, hard: float) -> None:
    blade = tint(dice, hard, STEEL, STEEL, (0.6, 0.85, 0.95), (0.95, 0.8, 0.5), (0.6, 0.6, 0.68))
    hilt = tint(dice, hard, GOLD, GOLD, COPPER, (0.45, 0.45, 0.55))
    grip = tint(dice, hard, DARK_WOOD, DARK_WOOD, BLUE, (0.5, 0.1, 0.12))
    wide, long = 0.13 + dice.around(0.035) * hard, dice.around(0.14) * hard
    f = f.move(0.0, 0.0, 0.7)
    edge = polygon(
        f,
        (0.0, wide),
        (math.pi, wide),
        (math.pi / 2, 0.45),
        (-0.9, 0.72 + long),
        (math.pi + 0.9, 0.72 + long),
    )
    paint(picture, f, edge, blade * 0.78, RIM)
    lay(picture, blade * 1.12, cover(f, both(edge + 0.02, f.x)))
    lay(picture, blade * 0.6, cover(f, both(box(f.move(0.0, -0.1), 0.025, 0.5), edge)))
    handle = f.move(0.0, 0.65)
    paint(picture, handle, box(handle, 0.085, 0.22, 0.03), lit(grip, f), RIM)
    for y in (-0.08, 0.06):
        lay(picture, grip * 0.6, cover(handle, line(handle, -0.09, y + 0.04, 0.09, y - 0.04, 0.02)))
    guard = f.move(0.0, 0.43).bend(0.25)
    paint(picture, guard, box(guard, 0.38 + long * 0.3, 0.075, 0.06), lit(hilt, f, 0.5), RIM)
    knob = f.move(0.0, 0.9)
    paint(picture, knob, circle(knob, 0.12), lit(hilt, f), RIM)


def bomb(picture: torch.Tensor, f: Frame, dice: Dice, hard: float) -> None:
    shell = tint(
        dice, hard, (0.2, 0.21, 0.28), (0.16, 0.16, 0.2), (0.2, 0.25, 0.45), (0.42, 0.12, 0.14)
    )
    lean, burn = dice.around(0.12) * hard, dice.roll(0.8, 1.2)
    tip_x, tip_y = 0.62 + lean, -0.78 + dice.around(0.1) * hard
    paint(
        picture,
        f,
        either(line(f, 0.3, -0.42, 0.4, -0.72, 0.055), line(f, 0.4, -0.72, tip_x, tip_y, 0.055)),
        (0.8, 0.68, 0.48),
        RIM * 0.7,
    )
    spark = f.move(tip_x, tip_y)
    wave = (spark.x * spark.y).abs().sqrt() * 0.8  # four points
    lay(picture, (1.0, 0.55, 0.1), cover(spark, (circle(spark, 0.0) + wave) - 0.28 * burn, 2.0))
    lay(picture, (1.0, 0.95, 0.55), cover(spark, (circle(spark, 0.0) + wave) - 0.15 * burn, 2.0))
    neck = f.move(0.25, -0.34, 0.55)
    paint(picture, neck, box(neck, 0.19, 0.14, 0.04), lit((0.45, 0.46, 0.52), f), RIM)
    body = f.move(-0.05, 0.2)
    paint(picture, body, circle(body, 0.62), lit(shell, body, 0.9), RIM)
    rim = both(circle(body, 0.55), -circle(body.move(-0.09, -0.1), 0.55))
    lay(picture, shell * 1.5 + 0.08, cover(f, rim, 3.0) * 0.35)
    glint(picture, body, -0.24, -0.24, 0.2, 0.85)


def tree(picture: torch.Tensor, f: Frame, dice: Dice, hard: float) -> None:
    leaf = tint(
        dice,
        hard,
        (0.24, 0.62, 0.25),
        (0.15, 0.42, 0.25),
        (0.45, 0.68, 0.2),
        (0.9, 0.55, 0.2),
        (0.85, 0.9, 0.95),
    )
    bark = tint(dice, hard, (0.5, 0.33, 0.18), DARK_WOOD, (0.6, 0.5, 0.42))
    pointed = dice.roll() < 0.5  # a fir, or a broad crown
    wide = 1 + dice.around(0.15) * hard
    trunk = f.move(0.0, 0.66)
    paint(picture, trunk, box(trunk, 0.14, 0.3, 0.04), lit(bark, f.move(-0.1, 0.6), 0.8), RIM)
    g = Frame(f.x / wide, f.y, f.unit)
    crown = melt(circle(g.move(0.0, -0.38), 0.46), circle(g.mirror().move(0.36, 0.02), 0.4), 0.12)
    steep = 0.52
    tiers = [
        both(polygon(g.move(0.0, top), (-steep, 0.0), (math.pi + steep, 0.0)), g.y - low)
        for top, low in ((-0.95, -0.25), (-0.62, 0.12), (-0.3, 0.5))
    ]
    fir = either(either(tiers[0], tiers[1]), tiers[2])
    shape = torch.where(pointed, fir, crown)
    paint(picture, f, shape, leaf * 0.72, RIM)
    light = torch.where(pointed, g.x + 0.35 * g.y + 0.15, circle(g.move(-0.16, -0.3), 0.48))
    lay(picture, lit(leaf * 1.08, f, 0.4), cover(f, both(shape + 0.06, light), 3.0))
    lay(picture, leaf * 1.35, cover(f, both(shape + 0.16, light + 0.22), 4.0) * 0.6)


OBJECTS: dict[str, Callable[[torch.Tensor, Frame, Dice, float], None]] = {
    "player": player,
    "enemy": enemy,
    "coin": coin,
    "heart": heart,
    "potion": potion,
    "key": key,
    "chest": chest,
    "sword": sword,
    "bomb": bomb,
    "tree": tree,
}
