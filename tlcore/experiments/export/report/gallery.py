"""Single test pictures out of the run's sheet, as data addresses that need no file."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image


def tiles(file: Path, sprite: dict[str, Any], numbers: Sequence[int]) -> list[str]:
    """`data:image/png;base64,...` of each picture; none where the sheet is gone or unreadable."""
    try:
        with Image.open(file) as opened:
            sheet = opened.convert("RGB" if opened.mode not in ("L", "RGB") else opened.mode)
    except OSError:
        return []
    width, height = sprite["tile"]
    found = []
    for number in numbers:
        x, y = number % sprite["columns"] * width, number // sprite["columns"] * height
        content = io.BytesIO()
        sheet.crop((x, y, x + width, y + height)).save(content, format="PNG", optimize=True)
        found.append("data:image/png;base64," + base64.b64encode(content.getvalue()).decode())
    return found
