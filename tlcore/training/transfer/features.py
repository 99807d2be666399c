"""Pooled features of every block, made once and kept on disk: the second measurement is instant.

Eval mode, fp32, one thread.  For a fair second baseline, a network with random weights gets the
batch-norm statistics of the pictures it is shown (no labels): with those it is born with, its
deep blocks answer out of all proportion, and anything would look good beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional as F

from tlcore.ground.recipe import Compute
from tlcore.networks.backbones import Backbone, prepare
from tlcore.training.engine import digest
from tlcore.training.engine.cache import Prefix
from tlcore.training.engine.disk import FeatureStore

Blocks = list[npt.NDArray[np.float32]]  # one (N, channels) a block
CHUNK, PIXELS = 100, 400_000  # pictures a pass at most; their pixels: VGG's first block is 100 MB
SIDE = 16  # px, of the pixels baseline
SETTLED_ON = 256  # pictures that the batch-norm statistics of random weights are taken from


@dataclass(frozen=True)
class Done:
    """So many pictures of so many have passed; the last one brings the features."""

    done: int
    features: Blocks | None = None


def of_blocks(backbone: Backbone, images: torch.Tensor, disk: FeatureStore) -> Iterator[Done]:
    """Told chunk by chunk, so that whoever listens can stop in between."""
    settled = backbone.weights_sha256 == "random"
    prefix = Prefix(backbone.blocks, None, backbone.input, Compute())
    view = f"each block pooled, settled {settled}"
    name = prefix.name(digest.of_images(images), view, len(backbone.blocks), True)
    kept = disk.load(name)
    if kept is None:
        if settled:
            for _ in settle(backbone, images[:SETTLED_ON]):
                yield Done(0)
        parts: list[torch.Tensor] = []
        for chunk in chunks(images, backbone.input.size):
            parts.append(pooled(backbone, chunk))
            yield Done(sum(map(len, parts)))
        kept = torch.cat(parts)
        disk.save(name, kept)
    widths = [int(width) for width in backbone.channels]
    split = torch.split(kept, widths, dim=1)
    yield Done(len(images), [part.numpy() for part in split])


def chunks(images: torch.Tensor, size: int) -> Iterator[torch.Tensor]:
    yield from torch.split(images, max(2, min(CHUNK, PIXELS // size**2)))


@torch.no_grad()
def pooled(backbone: Backbone, images: torch.Tensor) -> torch.Tensor:
    """uint8 (N, C, H, W) -> (N, sum of channels): the mean over each block's map."""
    backbone.blocks.eval()
    x, found = prepare(images, backbone.input), []
    for block in backbone.blocks:
        x = block(x)
        found.append(x.mean((2, 3)))
    return torch.cat(found, dim=1)


def settle(backbone: Backbone, images: torch.Tensor) -> Iterator[None]:
    """Batch-norm statistics become the plain average over these pictures; a step a chunk."""
    norms = [m for m in backbone.blocks.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    if not norms:
        return
    backbone.blocks.eval()
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a cumulative average
        norm.train()
    for chunk in chunks(images, backbone.input.size):
        with torch.no_grad():
            if len(chunk) > 1:
                backbone.blocks(prepare(chunk, backbone.input))
        yield
    backbone.blocks.eval()


def pixels(images: torch.Tensor) -> npt.NDArray[np.float32]:
    """uint8 (N, C, H, W) -> (N, C * 256): the picture at 16 px, as numbers."""
    small = F.interpolate(images.float(), (SIDE, SIDE), mode="bilinear", antialias=True)
    found: npt.NDArray[np.float32] = small.flatten(1).numpy()
    return found


def laid_out(x: torch.Tensor) -> torch.Tensor:
    """(N, C, h, w); tokens in one column (tlcore.networks.vision.vit) go back into their square,
    without the class token."""
    if x.shape[-1] == 1 and x.shape[-2] > 1:
        side = math.isqrt(x.shape[-2] - 1)
        return x[:, :, 1:].reshape(*x.shape[:2], side, side)
    return x
