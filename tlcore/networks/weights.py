"""Weights on disk, checked before use: embedded safetensors and downloaded files.

Embedded ones are small: the bytes that are hashed are the bytes that are loaded, each time.
Downloaded ones are hashed once after each start of the machine.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import safetensors
import safetensors.torch
import torch

from tlcore import catalog
from tlcore.catalog import nursery, whole_files
from tlcore.ground.errors import UserError
from tlcore.ground.paths import ASSETS, data_dir

__all__ = ["card", "read_embedded", "read_torchvision", "write_embedded"]

FOLDER = ASSETS / "backbones"
SOURCES = ASSETS / "sources"  # `python -m tlcore source` writes them


def card(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """What is known about embedded weights: data, recipe, accuracy, licence, sha256."""
    path = folder / f"{name}.json"
    try:
        facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise UserError("weights.damaged", file=path.name) from None
    return facts


def read_embedded(name: str, folder: Path = FOLDER) -> tuple[dict[str, torch.Tensor], str]:
    """The fp16 file as fp32 tensors, and its sha256, which must be the one on the card.

    Raises UserError("weights.damaged", file=...): nothing to quarantine, the file is part of
    the app and comes back with a new copy of it.
    """
    path = folder / f"{name}.safetensors"
    expected = card(name, folder).get("sha256")
    try:
        content = path.read_bytes()
    except OSError:
        raise UserError("weights.damaged", file=path.name) from None
    digest = hashlib.sha256(content).hexdigest()
    if digest != expected:
        raise UserError("weights.damaged", file=path.name)
    return _as_fp32(content), digest


def read_grown(name: str) -> tuple[dict[str, torch.Tensor], str]:
    """Weights that a pre-training of a reader left, and the sha256 of their file.

    Raises UserError("backbone.gone"): the run went, its weights were tidied away or damaged.
    """
    where, note = nursery.folder(name), nursery.note(name)
    if where is None or note is None:
        raise UserError("backbone.gone")
    try:
        content = (where / nursery.WEIGHTS).read_bytes()
    except OSError:  # tidied away this moment
        raise UserError("backbone.gone") from None
    if hashlib.sha256(content).hexdigest() != note.sha256:
        raise UserError("backbone.gone")
    return _as_fp32(content), note.sha256


def file_of(name: str) -> Path:
    """The fp16 file of an embedded backbone, or of one that a reader has grown."""
    where = nursery.folder(name)
    return FOLDER / f"{name}.safetensors" if where is None else where / nursery.WEIGHTS


def _as_fp32(content: bytes) -> dict[str, torch.Tensor]:
    halves = safetensors.torch.load(content)
    return {k: v.float() if v.is_floating_point() else v for k, v in halves.items()}


def write_embedded(path: Path, state: dict[str, torch.Tensor]) -> str:
    """Store a state dict as fp16 safetensors; returns the sha256 of the file."""
    halves = {
        k: (v.half() if v.is_floating_point() else v).contiguous().cpu() for k, v in state.items()
    }
    content = safetensors.torch.save(halves)
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def source_file(name: str, folder: Path = SOURCES) -> Path:
    return folder / f"{name}.safetensors"


def source_features(name: str, folder: Path = SOURCES) -> list[npt.NDArray[np.float32]] | None:
    """Pooled features of pictures that an embedded backbone was trained on, (M, channels) a block.

    None where there are none: a downloaded backbone's source may not be shipped, not even so.
    """
    path = source_file(name, folder)
    if not path.exists():
        return None
    tensors = safetensors.torch.load(path.read_bytes())
    return [tensors[f"block{number}"].float().numpy() for number in range(1, len(tensors) + 1)]


def read_torchvision(
    row: catalog.BackboneRow, folder: Path | None = None
) -> tuple[dict[str, torch.Tensor], str]:
    """A downloaded torchvision state dict and the sha256 of its file.

    The file's name carries the first eight hex digits of its sha256 (resnet18-f37072fd.pth);
    they are checked once after each start of the machine (tlcore.catalog.stored).  A damaged file
    is set aside, so that it can be downloaded anew.  Raises UserError: weights.absent (backbone,
    megabytes), weights.set_aside (file).
    """
    folder = data_dir() / "weights" if folder is None else folder
    path = folder / row.fingerprint
    try:
        digest = whole_files.whole(path, path.stem.rsplit("-", 1)[-1])
        if digest is not None:
            return torch.load(path, map_location="cpu", weights_only=True), digest
    except FileNotFoundError:
        raise absent(row) from None
    except (OSError, RuntimeError, pickle.UnpicklingError):  # unreadable, or changed since
        if path.exists():
            whole_files.set_aside(path)
    raise UserError("weights.set_aside", file=path.name)


def absent(row: catalog.BackboneRow) -> UserError:
    return UserError("weights.absent", backbone=row.id, megabytes=round(row.megabytes or 0))
