"""Digits in many fonts, drawn here: picture `index` of a split is always the same picture.

Each picture has its own random numbers, a hash of (split, index): any picture can be drawn
without the ones before it.  Font, size, place, rotation, shear, stroke width, brightness of
digit and ground, a tilt of the light and noise vary; digits are brighter than the ground, as in
Fashion-MNIST.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional as F

from tlcore.data.drawn import glyphs, splitmix
from tlcore.data.drawn.drawn_cache import kept
from tlcore.data.drawn.splitmix import SPLITS, between
from tlcore.data.images import Split

CLASSES = tuple("0123456789")
TRAIN, VAL, TEST = 20_000, 500, 2_000
SIDE = 28
VERSION = 1  # raise it whenever a picture changes: caches and results of runs are named by it
CHUNK = 500  # pictures at a time: the working set stays in the processor's cache
KEEP_FROM = 1_000  # fewer are drawn sooner than they are read


def fingerprint() -> str:
    """Names the drawing: this code's version and the fonts."""
    return f"v{VERSION}-{glyphs.fingerprint()}"


def pool_labels() -> npt.NDArray[np.int64]:
    return np.arange(TRAIN) % len(CLASSES)


def train(indices: npt.NDArray[np.int64]) -> Split:
    if len(indices) < KEEP_FROM:
        return draw("train", indices)
    return kept(fingerprint(), "train", indices, draw)


def held_out() -> tuple[Split, Split]:
    both = [
        kept(fingerprint(), name, np.arange(n), draw) for name, n in (("val", VAL), ("test", TEST))
    ]
    return both[0], both[1]


def draw(split: str, indices: npt.NDArray[np.int64]) -> Split:
    """uint8 (N, 1, 28, 28) and labels; picture `i` shows the digit i modulo 10."""
    parts = [_draw(split, chunk) for chunk in np.array_split(indices, -(-len(indices) // CHUNK))]
    return Split(torch.cat(parts), torch.from_numpy(indices % len(CLASSES)))


def _draw(split: str, indices: npt.NDArray[np.int64]) -> torch.Tensor:
    atlas = glyphs.atlas()
    words = splitmix.words(SPLITS[split], indices, 16 + SIDE * SIDE // 4)
    u = torch.from_numpy((words[:, :16] >> np.uint64(40)).astype(np.float32) / 2**24)
    font = (u[:, 0] * len(atlas)).long()
    shape = atlas[font, torch.from_numpy(indices % len(CLASSES))].unsqueeze(1)

    # Twice the resolution, averaged in pairs: strokes keep their grey edges.
    grid = F.affine_grid(_where(u), [len(u), 1, 2 * SIDE, 2 * SIDE], align_corners=False)
    soft = F.grid_sample(shape, grid, align_corners=False)
    threshold = between(u[:, 7], 0.18, 0.5).view(-1, 1, 1, 1)
    ink = F.avg_pool2d(torch.sigmoid((soft - threshold) * 12), 2)

    ground = between(u[:, 8], 0.0, 0.4).view(-1, 1, 1, 1)
    bright = ground + between(u[:, 9], 0.25, 1.0).view(-1, 1, 1, 1) * (1 - ground)
    ramp = torch.linspace(-0.5, 0.5, SIDE)
    tilt_x, tilt_y = (between(u[:, i], -0.25, 0.25).view(-1, 1, 1, 1) for i in (10, 11))
    light = 1 + tilt_x * ramp.view(1, 1, 1, -1) + tilt_y * ramp.view(1, 1, -1, 1)
    noise = torch.from_numpy(words[:, 16:].copy().view(np.uint16).astype(np.float32) / 2**16 - 0.5)
    amount = between(u[:, 12], 0.0, 0.3).view(-1, 1, 1, 1)
    picture = (ground + (bright - ground) * ink) * light
    picture = picture + amount * noise.view(-1, 1, SIDE, SIDE)
    return (picture.clamp(0, 1) * 255).round().to(torch.uint8)


def _where(u: torch.Tensor) -> torch.Tensor:
    """(N, 2, 3): for each place in the picture, the place in the 64 px drawing."""
    angle = between(u[:, 1], -20, 20) * (math.pi / 180)
    size = torch.exp(between(u[:, 2], math.log(0.9), math.log(1.7)))  # 1: 20 px tall
    wide = size * torch.exp(between(u[:, 3], -0.2, 0.2))
    shear = between(u[:, 4], -0.3, 0.3)
    cos, sin = torch.cos(angle), torch.sin(angle)
    # Shift in half pictures: small digits wander up to 6 px, large ones stay inside.
    room = 0.1 + 0.35 * (size - 0.9) / 0.8
    right, down = between(u[:, 5], -1, 1) * room, between(u[:, 6], -1, 1) * room
    a, b = cos * wide, (shear * cos - sin) * wide
    c, d = sin * size, (shear * sin + cos) * size
    rows = (
        torch.stack([a, b, a * right + b * down], 1),
        torch.stack([c, d, c * right + d * down], 1),
    )
    return torch.stack(rows, 1)
