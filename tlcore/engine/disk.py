"""Features kept on disk for the next run on the same data: safetensors files, oldest dropped.

The store is an aid: whatever goes wrong with it (full disk, damaged or vanished file) costs time,
never a run and never a bit of the result.
"""

from __future__ import annotations

import logging
import os
import time
import zlib
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from tlcore.engine import digest

LIMIT_BYTES = 2_000_000_000  # all files together
FILE_BYTES = 512_000_000  # one file
_FORGOTTEN_S = 3600.0  # a half-written file this old belongs to nobody

_log = logging.getLogger(__name__)


class FeatureStore:
    """One file per name, in a folder that several runs may share."""

    def __init__(self, folder: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self.folder = folder
        self.limit_bytes = limit_bytes

    def path(self, name: str) -> Path:
        return self.folder / f"features-{name}.safetensors"

    def load(self, name: str) -> torch.Tensor | None:
        """The features, or None: not there, damaged (then removed), or taken away meanwhile."""
        path = self.path(name)
        try:
            tensors = load(path.read_bytes())
            features = tensors["features"]
            if zlib.crc32(digest.of_bytes(features)) != int(tensors["crc32"]):
                raise SafetensorError("checksum differs")
            os.utime(path)  # used now: dropped last
        except FileNotFoundError:
            return None
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            _log.warning("features %s cannot be used and are built again: %s", path.name, error)
            _remove(path)
            return None
        return features

    def save(self, name: str, features: torch.Tensor) -> None:
        """Written beside, then moved into place: a reader sees all of it or nothing."""
        crc = torch.tensor(zlib.crc32(digest.of_bytes(features)))
        half = self.path(name).with_suffix(f".{os.getpid()}.half")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            half.write_bytes(save({"features": features.contiguous(), "crc32": crc}))
            os.replace(half, self.path(name))
            self.drop_oldest()
        except OSError as error:
            _log.warning("features %s are not kept: %s", name, error)
            _remove(half)

    def drop_oldest(self) -> None:
        """Remove the files used longest ago until what is left fits the limit."""
        found = []
        for path in self.folder.glob("features-*"):
            try:
                told = path.stat()
            except FileNotFoundError:
                continue  # another run dropped it
            if path.suffix == ".half" and time.time() - told.st_mtime > _FORGOTTEN_S:
                _remove(path)
            elif path.suffix == ".safetensors":
                found.append((told.st_mtime, told.st_size, path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self.limit_bytes:
                break
            _remove(path)
            total -= size


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:  # Windows: still open in another run
        _log.warning("%s stays: %s", path.name, error)
