"""Pictures as others see them: a backbone, and the search for pictures that are nearly the same."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from tlcore.catalog import BackboneRow
from tlcore.data import likeness
from tlcore.networks.backbones import InputSpec, prepare

LUMA = torch.tensor((0.299, 0.587, 0.114)).view(1, 3, 1, 1)  # Rec. 601, as in `prepare`


def seen(images: torch.Tensor, into: BackboneRow | InputSpec) -> torch.Tensor:
    """uint8 (N, C, H, W) -> uint8 at a backbone's size and channels: what `prepare` leaves.

    Without the shift and the division per channel, which move every picture alike: they change
    what the numbers are, not what can be made out.
    """
    plain = InputSpec(into.size, into.channels, (0.0,) * into.channels, (1.0,) * into.channels)
    return (prepare(images, plain) * 255).round().clamp(0, 255).to(torch.uint8)


def looks_of(images: torch.Tensor, at_once: int = 500) -> likeness.Looks:
    """uint8 (N, C, H, W) -> what is compared: a 32 px grey copy, and the mean colour."""
    grey, colour = [], []
    side = likeness.SIDE
    for chunk in torch.split(images, at_once):
        x = chunk.float().expand(-1, 3, -1, -1)
        colour.append(x.mean((2, 3)))
        small = (x * LUMA).sum(1, keepdim=True)
        grey.append(F.interpolate(small, (side, side), mode="bilinear", antialias=True)[:, 0])
    return likeness.looks(torch.cat(grey).numpy(), torch.cat(colour).numpy())
