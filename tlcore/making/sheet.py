"""A contact sheet of a data set, a row for each class: to look at, or to print for a class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image

from tlcore import catalog
from tlcore.data import sets
from tlcore.ground.recipe import Knobs
from tlcore.making import tool_options

GAP = 2  # px between pictures


def sheet(name: str, knobs: Knobs, columns: int = 12, zoom: int = 2, seed: int = 0) -> Image.Image:
    """Training pictures of `name`, a class a row in the catalogue's order, each `zoom` times."""
    classes = len(catalog.dataset(name).classes)
    found = sets.samples(name, classes * columns, seed, knobs)
    _, channels, tall, wide = found.images.shape
    page = np.full(
        (classes * (tall + GAP) - GAP, columns * (wide + GAP) - GAP, channels), 255, np.uint8
    )
    for label in range(classes):
        pictures = found.images[found.labels == label][:columns].permute(0, 2, 3, 1).numpy()
        for column, picture in enumerate(pictures):
            top, left = label * (tall + GAP), column * (wide + GAP)
            page[top : top + tall, left : left + wide] = picture
    image = Image.fromarray(page.squeeze(-1) if channels == 1 else page)
    return image.resize((image.width * zoom, image.height * zoom), Image.Resampling.NEAREST)


def main(argv: Sequence[str]) -> int:
    """`python -m tlcore sheet NAME --difficulty D --shift S --out FILE`"""
    args = tool_options.sheet().parse_args(argv)
    torch.set_num_threads(1)  # many small operations: a second thread would only wait
    knobs = Knobs(args.difficulty, args.shift)
    sheet(args.name, knobs, args.columns, args.zoom, args.seed).save(args.out)
    return 0
