"""All test pictures of a run in one PNG, for the pictures behind a cell of the confusion matrix."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image


def write_sprite(pictures: npt.NDArray[np.uint8], file: Path) -> dict[str, Any]:
    """uint8 (N, C, H, W) -> a sheet, row by row, ceil(sqrt(N)) columns.

    Returns {"file", "columns", "tile": [width, height], "count"}; pixel (x, y) of picture i is at
    (i % columns * width + x, i // columns * height + y).
    """
    count, channels, height, width = pictures.shape
    columns = max(1, math.ceil(math.sqrt(count)))
    lines = max(1, math.ceil(count / columns))
    padded = np.zeros((lines * columns, channels, height, width), np.uint8)
    padded[:count] = pictures
    sheet = padded.reshape(lines, columns, channels, height, width).transpose(0, 3, 1, 4, 2)
    sheet = sheet.reshape(lines * height, columns * width, channels)
    image = Image.fromarray(sheet[:, :, 0] if channels == 1 else sheet)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    image.save(part, format="PNG", compress_level=1)
    os.replace(part, file)  # a reader never meets half a picture
    return {"file": file.name, "columns": columns, "tile": [width, height], "count": count}
