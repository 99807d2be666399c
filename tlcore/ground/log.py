"""Two small log files under the data folder; a full one is kept once as `.1` and begun anew."""

from __future__ import annotations

import time
from pathlib import Path
from typing import IO

LIMIT = 2**20  # bytes


def path(data_dir: Path, name: str) -> Path:
    return data_dir / "log" / f"{name}.log"


def open_log(data_dir: Path, name: str) -> IO[str]:
    """The log, open for adding; the one before it is dropped when this one has grown full."""
    file = path(data_dir, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists() and file.stat().st_size > LIMIT:
        file.replace(file.with_suffix(".log.1"))
    return file.open("a", encoding="utf-8")


def write(data_dir: Path, name: str, text: str) -> Path:
    """Add one dated entry and return the file.  A disk that takes no entry is no second fault."""
    try:
        with open_log(data_dir, name) as file:
            file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text.rstrip()}\n")
    except OSError:
        pass  # the caller tells the learner what happened; this was for whoever looks closer
    return path(data_dir, name)
