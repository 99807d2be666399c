"""Weights on disk, checked before each use: embedded safetensors and downloaded files.

The bytes that are hashed are the bytes that are loaded, so a file that is damaged (or swapped)
at any time is found before it can train.  Hashing costs 2 ms for 2 MB and 0.1 s for 98 MB.
"""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch

from tlcore.backbones.fetch import FETCH_SECONDS, fetch
from tlcore.errors import UserError
from tlcore.paths import ASSETS, data_dir

__all__ = ["FETCH_SECONDS", "card", "read_embedded", "read_torchvision", "write_embedded"]

FOLDER = ASSETS / "backbones"


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
    halves = safetensors.torch.load(content)
    return {k: v.float() if v.is_floating_point() else v for k, v in halves.items()}, digest


def write_embedded(path: Path, state: dict[str, torch.Tensor]) -> str:
    """Store a state dict as fp16 safetensors; returns the sha256 of the file."""
    halves = {
        k: (v.half() if v.is_floating_point() else v).contiguous().cpu() for k, v in state.items()
    }
    content = safetensors.torch.save(halves)
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def read_torchvision(
    url: str, seconds: float = FETCH_SECONDS, folder: Path | None = None
) -> tuple[dict[str, torch.Tensor], str]:
    """A torchvision state dict and the sha256 of its file, downloaded on first use.

    The file's name carries the first eight hex digits of its sha256 (resnet18-f37072fd.pth);
    they are checked each time.  A damaged file is set aside as `<name>.damaged`, so that the
    next start downloads it anew.  Raises UserError("weights.set_aside", file=...) and what
    `fetch` raises.
    """
    folder = data_dir() / "weights" if folder is None else folder
    path = folder / url.rsplit("/", 1)[-1]
    expected = path.stem.rsplit("-", 1)[-1]
    if not path.exists():
        fetch(url, path, expected, seconds)
    try:
        content = path.read_bytes()
    except OSError:
        raise UserError("weights.set_aside", file=path.name) from None
    digest = hashlib.sha256(content).hexdigest()
    if not digest.startswith(expected):
        path.replace(path.with_name(path.name + ".damaged"))
        raise UserError("weights.set_aside", file=path.name)
    state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    return state, digest
