"""How much of a disk the kept features may take, and which of their files go first.

They only save time: a disk that runs need for curves and weights is not theirs.  No torch here:
whoever meets a full disk makes room.
"""

from __future__ import annotations

import logging
import shutil
import time
from pathlib import Path

LIMIT_BYTES = 2_000_000_000  # all files together, on a disk with room
RESERVE_BYTES = 500_000_000  # of the disk that stays free of them: weights, states, the store
SHARE = 0.5  # of what is free beyond the reserve
_FORGOTTEN_S = 3600.0  # a half-written file this old belongs to nobody

_log = logging.getLogger(__name__)


def allowed(folder: Path, limit_bytes: int = LIMIT_BYTES) -> int:
    """Bytes that all files of features in `folder` may take together now.

    Raises OSError where the folder is not there.
    """
    taken = sum(size for _, size, _ in _found(folder))
    spare = shutil.disk_usage(folder).free + taken - RESERVE_BYTES
    return min(limit_bytes, max(0, int(spare * SHARE)))


def drop_oldest(folder: Path, limit_bytes: int) -> int:
    """Remove the files used longest ago until what is left fits; the bytes that were freed."""
    found = _found(folder)
    total = left = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if left <= limit_bytes:
            break
        remove(path)
        left -= size
    return total - left


def make_room(folder: Path) -> int:
    """The disk is full: all features go.  The bytes that were freed."""
    return drop_oldest(folder, 0)


def _found(folder: Path) -> list[tuple[float, int, Path]]:
    """(used last, bytes, file) of each; what a dead process left half-written goes meanwhile."""
    found = []
    for path in folder.glob("features-*"):
        try:
            facts = path.stat()
        except FileNotFoundError:
            continue  # another run dropped it
        if path.suffix == ".half" and time.time() - facts.st_mtime > _FORGOTTEN_S:
            remove(path)
        elif path.suffix == ".safetensors":
            found.append((facts.st_mtime, facts.st_size, path))
    return found


def remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:  # Windows: still open in another run
        _log.warning("%s stays: %s", path.name, error)
