"""Pictures as a bad camera gives them: noise, blur, fog, large pixels.

One corruption of each family of Hendrycks & Dietterich 2019 (arXiv:1903.12261).  The strengths are
ours and were set before any network saw the pictures.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.nn import functional as F

from tlcore.data.images import Split
from tlcore.networks import seeds

NOISE = 0.25  # spread of what is added to each pixel, of 1
BLUR = 1.5  # px, spread of the bell
FOG = 0.6  # share of the light that is the fog's
CELLS = 9  # a side, of 28 px


def _noise(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    return x + NOISE * torch.randn(x.shape, generator=generator)


def _blur(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Rows, then columns: a bell is the product of two."""
    at = torch.arange(-4, 5, dtype=x.dtype)
    bell = torch.exp(-(at**2) / (2 * BLUR**2))
    bell = (bell / bell.sum()).view(1, 1, 1, -1)
    wide = F.conv2d(F.pad(x, (4, 4, 4, 4), mode="replicate"), bell)
    return F.conv2d(wide, bell.transpose(2, 3))


def _fog(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Patches of light before the picture, a few pixels wide, other ones before each."""
    coarse = torch.rand(len(x), 1, 5, 5, generator=generator)
    veil = F.interpolate(coarse, x.shape[-2:], mode="bicubic").clamp(0, 1)
    return (1 - FOG) * x + FOG * (0.4 + 0.6 * veil)


def _pixelate(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    return F.interpolate(F.interpolate(x, (CELLS, CELLS), mode="area"), x.shape[-2:])


Corruption = Callable[[torch.Tensor, torch.Generator], torch.Tensor]
CORRUPTIONS: dict[str, Corruption] = {
    "noise": _noise,
    "blur": _blur,
    "fog": _fog,
    "pixelate": _pixelate,
}


def corrupted(split: Split, name: str, seed: int, part: str) -> Split:
    """The same pictures, grey, with labels; `part` ("train", "test") has a stream of its own."""
    generator = seeds.generator(seed, "corruption", name, part)
    x = CORRUPTIONS[name](split.images.float() / 255, generator)
    return Split((x.clamp(0, 1) * 255).round().to(torch.uint8), split.labels)
