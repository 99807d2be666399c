"""A small sample of what the clothing backbone was trained on: its six classes of Fashion-MNIST.

From the test part, so no picture was trained on.  Half of them keep the old head, the other half
ask it: whether a fine-tune still knows the source task.  One grey sheet of 28 px tiles, tile i
shows class i modulo 6; `python -m tlcore samples` writes it.
"""

from __future__ import annotations

import hashlib
import io
import json
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from tlcore.catalog import source_task
from tlcore.data.images import Split
from tlcore.data.known.garments import from_sheet
from tlcore.ground.errors import UserError
from tlcore.ground.paths import ASSETS

FILE = ASSETS / "samples" / "clothing-source.png"
SOURCE_LABELS = (0, 1, 3, 4, 5, 8)  # T-shirt, trouser, dress, coat, sandal, bag
KNOWN, ASKED = source_task.KNOWN, source_task.ASKED


def load() -> tuple[Split, Split]:
    """Pictures that the old head is solved on, and those that it is asked."""
    tiles, labels = torch.from_numpy(_tiles(FILE)).unsqueeze(1), torch.arange(KNOWN + ASKED)
    labels = labels % len(SOURCE_LABELS)
    return Split(tiles[:KNOWN], labels[:KNOWN]), Split(tiles[KNOWN:], labels[KNOWN:])


@cache
def _tiles(file: Path) -> npt.NDArray[np.uint8]:
    """(600, 28, 28), checked against the card beside it."""
    try:
        content = file.read_bytes()
        known = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))["sha256"]
    except (OSError, ValueError, KeyError):
        raise UserError("data.damaged", file=file.name) from None
    if hashlib.sha256(content).hexdigest() != known:
        raise UserError("data.damaged", file=file.name)
    return from_sheet(np.asarray(Image.open(io.BytesIO(content))))
