"""The strip of sample pictures that stands for a data set where there is only room for a glance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from tlcore import catalog
from tlcore.data import sets
from tlcore.making import tool_options

COLUMNS = 12  # pictures in a strip, classes in turn


def strip(name: str, seed: int = 3) -> Image.Image:
    """Training pictures of `name` side by side, one pixel apart, the classes in turn."""
    classes = len(catalog.dataset(name).classes)
    found = sets.samples(name, max(classes * 3, COLUMNS), seed)
    turns = [(found.labels == i % classes).nonzero()[i // classes, 0] for i in range(COLUMNS)]
    tiles = [found.images[int(i)].permute(1, 2, 0).numpy() for i in turns]
    gap = np.zeros((tiles[0].shape[0], 1, tiles[0].shape[2]), np.uint8)
    row = np.concatenate([part for tile in tiles for part in (tile, gap)][:-1], axis=1)
    return Image.fromarray(row.squeeze(-1) if row.shape[2] == 1 else row)


def main(argv: Sequence[str]) -> int:
    """`python -m tlcore strips`: write assets/samples/<data set>-strip.png for every row."""
    folder = tool_options.strips().parse_args(argv).folder
    for name, row in catalog.datasets().items():
        if row.source == "download":
            continue  # not ours to ship, and perhaps not here
        strip(name).save(folder / f"{name}-strip.png", optimize=True)
    return 0
