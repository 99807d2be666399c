"""Tensors and a few facts in one safetensors file: written whole or not at all, checked when read.

No pickle, so a file from anywhere can only be refused, never run.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from tlcore.training.engine import digest

Tensors = dict[str, torch.Tensor]


class Damaged(Exception):
    """The file is not what was written."""


def write(path: Path, tensors: Mapping[str, torch.Tensor], facts: Mapping[str, Any]) -> None:
    """`facts` is what JSON can hold.  On the disk itself when this returns (fsync).

    Raises OSError.
    """
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    text = json.dumps(facts, sort_keys=True)
    checked = json.dumps({"crc32": _crc32(plain, text), "facts": text})
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{os.getpid()}.half")
    try:
        # One entry: of several the order is chance.  save_file would tell a full disk in words
        # of its own, which nobody takes for an OSError.
        half.write_bytes(save(plain, {"checked": checked}))
        with half.open("rb+") as written:
            os.fsync(written.fileno())
        os.replace(half, path)
    finally:
        half.unlink(missing_ok=True)


def read(path: Path) -> tuple[Tensors, dict[str, Any]]:
    """Tensors on the CPU, and the facts.  Raises FileNotFoundError and Damaged."""
    content = path.read_bytes()
    try:
        tensors = load(content)
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        told = json.loads(header["__metadata__"]["checked"])
        if _crc32(tensors, told["facts"]) != told["crc32"]:
            raise Damaged(f"{path.name}: checksum differs")
        facts: dict[str, Any] = json.loads(told["facts"])
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise Damaged(f"{path.name}: {error}") from None
    return tensors, facts


def _crc32(tensors: Tensors, text: str) -> int:
    crc = zlib.crc32(text.encode())
    for name, tensor in sorted(tensors.items()):
        crc = zlib.crc32(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode(), crc)
        crc = zlib.crc32(digest.of_bytes(tensor), crc)
    return crc
