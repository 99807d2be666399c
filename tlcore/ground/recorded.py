"""Where the recordings of `python -m tlcore ...` lie, and how one is read and written.

Their tables stand beside them in README.md, each between two marks and written by its command.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from tlcore.ground.paths import ASSETS

FOLDER = ASSETS / "evidence"
README = FOLDER / "README.md"


def read(file: Path) -> dict[str, Any] | None:
    """None where nothing was recorded yet."""
    if not file.exists():
        return None
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def write(file: Path, text: str) -> None:
    """Whole or not at all: hours of work are in it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".part")
    beside.write_text(text, encoding="utf-8", newline="\n")
    os.replace(beside, file)
