"""The icon, a network about to be fine-tuned: `python -m pages.ui.frame.icon` writes it to assets.

Four blocks from left to right, each higher than the one before, in the colours of what they do: two
frozen ones, one that is kept and learns, a new head.
"""

from __future__ import annotations

from PIL import Image, ImageDraw

from pages.ui.frame import visual
from tlcore.ground.paths import ASSETS

FILE = ASSETS / "icon.png"
SIDE = 128
WIDE, APART, CUT = 24, 30, 4  # px: of a block, from one to the next, of a corner
TALL = (40, 62, 84, 106)


def draw() -> Image.Image:
    picture = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    new, kept = (visual.MEANINGS[name].light for name in ("new", "kept"))
    colours = (visual.FROZEN_AREA["light"], visual.FROZEN_AREA["light"], kept, new)
    for place, (tall, colour) in enumerate(zip(TALL, colours, strict=True)):
        left, top = 6 + place * APART, SIDE // 2 - tall // 2
        right, low = left + WIDE, top + tall
        inner = (left + CUT, right - CUT, top + CUT, low - CUT)
        corners = [(inner[0], top), (inner[1], top), (right, inner[2]), (right, inner[3])]
        corners += [(inner[1], low), (inner[0], low), (left, inner[3]), (left, inner[2])]
        pen.polygon(corners, fill=colour)
    return picture


if __name__ == "__main__":
    draw().save(FILE, optimize=True)
