"""Ten digits of every shipped font as soft 64 px pictures, the raw material of `font_digits`."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageDraw, ImageFont
from torch.nn import functional as F

from tlcore.ground.errors import UserError
from tlcore.ground.paths import ASSETS

FOLDER = ASSETS / "fonts"
DIGITS = "0123456789"
HAIRLINE = 22  # mean brightness of the ten canvases below which strokes are drawn 2 px wider
Pixels = npt.NDArray[np.uint8]
SIDE = 64  # px of a drawn digit's canvas
HEIGHT, WIDTH = 46, 52  # px that the tallest, the widest digit of a font may fill


def files() -> list[Path]:
    found = sorted(p for p in FOLDER.glob("digits-*") if p.suffix in (".ttf", ".otf"))
    if not found:
        raise UserError("data.damaged", file="fonts")
    return found


@cache
def fingerprint() -> str:
    """sha256 over the font files, in order."""
    digest = hashlib.sha256()
    for path in files():
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def atlas() -> torch.Tensor:
    """float32 (fonts, 10, 64, 64) in 0..1, blurred a little: a threshold sets the stroke width."""
    drawn = np.stack([_digits(path) for path in files()])
    sharp = torch.from_numpy(drawn).float().div(255).view(-1, 1, SIDE, SIDE)
    soft = F.avg_pool2d(F.avg_pool2d(sharp, 3, 1, 1), 3, 1, 1)
    peak = soft.amax((2, 3), keepdim=True)  # a hairline font is as bright as a fat one
    return (soft / peak).view(-1, len(DIGITS), SIDE, SIDE)


def _digits(path: Path) -> Pixels:
    """uint8 (10, 64, 64): one size for the whole font, each digit in the middle."""
    probe = _open(path, 100)
    boxes = [probe.getbbox(digit) for digit in DIGITS]
    tall = max(bottom - top for _, top, _, bottom in boxes)
    wide = max(right - left for left, _, right, _ in boxes)
    font = _open(path, int(100 * min(HEIGHT / tall, WIDTH / wide)))
    pictures = [_picture(font, digit, 0) for digit in DIGITS]
    if np.mean(pictures) < HAIRLINE:  # would vanish at 28 px
        pictures = [_picture(font, digit, 1) for digit in DIGITS]
    return np.stack(pictures)


def _picture(font: ImageFont.FreeTypeFont, digit: str, thicker: int) -> Pixels:
    picture = Image.new("L", (SIDE, SIDE))
    left, top, right, bottom = font.getbbox(digit)
    corner = ((SIDE - left - right) / 2, (SIDE - top - bottom) / 2)
    ImageDraw.Draw(picture).text(corner, digit, fill=255, font=font, stroke_width=thicker)
    return np.asarray(picture)


def _open(path: Path, size: int) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)
    except OSError:
        raise UserError("data.damaged", file=path.name) from None
