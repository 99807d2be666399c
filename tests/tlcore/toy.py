"""A toy backbone and toy pictures for engine tests: four blocks on 8 px, learned in a second."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn

from tlcore.data.images import ImageData, Split
from tlcore.networks.backbone import Backbone, InputSpec
from tlcore.training.engine import digest

WIDTHS = (4, 8, 8, 16)


def block(inside: int, outside: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, stride, 1, bias=False),
        nn.BatchNorm2d(outside),
        nn.ReLU(),
        nn.Dropout(0.1),
    )


def backbone(seed: int = 0) -> Backbone:
    """Random weights in the part of learned ones; batch-norm statistics are not the initial."""
    blocks = OrderedDict()
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        for number, (inside, outside) in enumerate(
            zip((1, *WIDTHS[:-1]), WIDTHS, strict=True), start=1
        ):
            made = block(inside, outside, 2 if number == 3 else 1)
            made[1].running_mean.normal_(0, 0.2)
            made[1].running_var.uniform_(0.5, 2)
            blocks[f"block{number}"] = made
    row = nn.Sequential(blocks)
    return Backbone("toy", row, WIDTHS, InputSpec(8, 1, (0.5,), (0.5,)), digest.of_module(row))


def images(train: int = 45, val: int = 20, test: int = 30, seed: int = 0) -> ImageData:
    """Three classes: bright at the top, at the bottom, nowhere; with noise."""
    stream = torch.Generator().manual_seed(seed)

    def split(count: int) -> Split:
        labels = torch.arange(count) % 3
        pixels = torch.randint(0, 120, (count, 1, 8, 8), generator=stream)
        pixels[labels == 0, :, :3] += 100
        pixels[labels == 1, :, 5:] += 100
        return Split(pixels.to(torch.uint8), labels)

    parts = [split(train), split(val), split(test)]
    sha = digest.of_texts([digest.of_images(p.images) for p in parts])
    return ImageData("toy", ("top", "bottom", "nowhere"), *parts, sha)
