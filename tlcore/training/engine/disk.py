"""Features kept on disk for the next run on the same data: safetensors files, oldest dropped.

The store is an aid: whatever goes wrong with it (full disk, damaged or vanished file) costs time,
never a run and never a bit of the result.
"""

from __future__ import annotations

import logging
import os
import zlib
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from tlcore.training import feature_files
from tlcore.training.engine import digest
from tlcore.training.feature_files import LIMIT_BYTES

FILE_BYTES = 512_000_000  # one file

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
            feature_files.remove(path)
            return None
        return features

    def save(self, name: str, features: torch.Tensor) -> None:
        """Written beside, then moved into place: a reader sees all of it or nothing.

        Where the disk has no room for them, the oldest features go first.
        """
        crc = torch.tensor(zlib.crc32(digest.of_bytes(features)))
        half = self.path(name).with_suffix(f".{os.getpid()}.half")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            allowed = feature_files.allowed(self.folder, self.limit_bytes)
            if features.nbytes > allowed:
                return  # the disk is wanted for the runs
            feature_files.drop_oldest(self.folder, allowed - features.nbytes)
            half.write_bytes(save({"features": features.contiguous(), "crc32": crc}))
            os.replace(half, self.path(name))
        except OSError as error:
            _log.warning("features %s are not kept: %s", name, error)
            feature_files.remove(half)
