"""What is laid over a picture, for pages that show it: enlarged pixels, heat, a data address."""

from __future__ import annotations

import base64
import io

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch.nn import functional as F

from tlcore.data.heat import HEAT
from tlcore.data.own import picture

COVER = 0.8  # opacity of the strongest place
STEPS = 64  # of strength: finer is not seen, and makes the picture twice as large


def enlarged(image: torch.Tensor) -> npt.NDArray[np.uint8]:
    """Small pictures a whole number of times as large, pixel by pixel, so that heat can be fine."""
    times = max(1, picture.SHOWN // image.shape[-1])
    large = image[0].repeat_interleave(times, 1).repeat_interleave(times, 2)
    return large.permute(1, 2, 0).numpy()


def overlay(found: torch.Tensor, size: int) -> npt.NDArray[np.uint8]:
    """(h, w) -> RGBA (size, size, 4), the strongest place at full strength."""
    large = F.interpolate(found[None, None], (size, size), mode="bilinear")[0, 0]
    strength = (large / large.max().clamp_min(1e-12) * STEPS).round().numpy() / STEPS
    steps = np.linspace(0, 1, len(HEAT))
    colours = [np.interp(strength, steps, channel) for channel in zip(*HEAT, strict=True)]
    layers = np.stack([*colours, strength * COVER * 255], axis=-1)
    return layers.round().astype(np.uint8)


def address(pixels: npt.NDArray[np.uint8]) -> str:
    file = io.BytesIO()
    one = pixels[:, :, 0] if pixels.shape[2] == 1 else pixels
    Image.fromarray(np.ascontiguousarray(one)).save(file, "PNG", compress_level=6)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
