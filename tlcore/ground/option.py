"""What an option may be: argparse refuses the rest before a command has loaded torch."""

from __future__ import annotations

import argparse
from pathlib import Path


def count(text: str) -> int:
    """1, 2, 3 ..."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return value


def share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not in 0..1")
    return value


def folder(text: str) -> Path:
    """One that is there."""
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no folder")
    return Path(text)


def pictures(text: str) -> str:
    """A folder that is there, or the word `download`."""
    return text if text == "download" else str(folder(text))


def file(text: str) -> Path:
    """One that can be written: its folder is there."""
    folder(str(Path(text).parent))
    return Path(text)
