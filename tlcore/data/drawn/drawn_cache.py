"""Drawn pictures kept on disk under TL_DATA_DIR; a file that does not fit is drawn again."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from tlcore.data.images import Split
from tlcore.ground.paths import data_dir

Draw = Callable[[str, npt.NDArray[np.int64]], Split]
Pixels = npt.NDArray[np.uint8]
# 20,000 pictures of 64 px in colour are 246 MB, and each position of a knob has its own.
LIMIT = 1_000_000_000  # bytes kept at most; what was not asked for longest goes first


def kept(
    fingerprint: str,
    split: str,
    indices: npt.NDArray[np.int64],
    draw: Draw,
    shape: tuple[int, int, int] = (1, 28, 28),
    classes: int = 10,
) -> Split:
    """`draw(split, indices)`, from the file that an earlier call left, if it is whole.

    `fingerprint` names the drawing and all that changes a pixel; `shape` is that of one picture,
    and picture i is of class i modulo `classes`.  The file is the sha256 of the pixels, then the
    pixels.  That it cannot be written (full or read-only disk) only costs the time to draw again.
    """
    asked = hashlib.sha256(f"{fingerprint}/{split}/".encode() + indices.tobytes()).hexdigest()
    path = data_dir() / "cache" / "data" / f"{split}-{len(indices)}-{asked[:16]}.bin"
    pixels = _read(path, len(indices) * int(np.prod(shape)))
    if pixels is not None:
        images = torch.from_numpy(pixels).view(-1, *shape)
        return Split(images, torch.from_numpy(indices % classes))
    drawn = draw(split, indices)
    _write(path, drawn.images.numpy())
    return drawn


def _read(path: Path, size: int) -> Pixels | None:
    pixels = np.empty(size, np.uint8)
    try:
        with path.open("rb") as file:
            digest = file.read(32)
            whole = file.readinto(pixels.data) == size and not file.read(1)
        if not whole or hashlib.sha256(pixels.data).digest() != digest:
            return None
        os.utime(path)  # asked for just now
    except OSError:
        return None
    return pixels


def _write(path: Path, pixels: Pixels) -> None:
    content = pixels.data.cast("B")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _make_room(path.parent, len(content))
        handle, partial = tempfile.mkstemp(dir=path.parent, suffix=".partial")
    except OSError:
        return
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(content).digest())
            file.write(content)
        os.replace(partial, path)
    except OSError:
        Path(partial).unlink(missing_ok=True)


def _make_room(folder: Path, size: int) -> None:
    """Remove the files that were not asked for longest until `size` more bytes are allowed."""
    known = sorted((entry.stat().st_mtime, entry) for entry in folder.glob("*.bin"))
    sizes = {entry: entry.stat().st_size for _, entry in known}
    over = sum(sizes.values()) + size - LIMIT
    for _, entry in known:
        if over <= 0:
            break
        entry.unlink(missing_ok=True)
        over -= sizes[entry]
