"""Labelled pictures in memory: three splits of one data set."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Split:
    """images: uint8 (N, C, H, W); labels: int64 (N,), 0 .. classes-1."""

    images: torch.Tensor
    labels: torch.Tensor

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class ImageData:
    """`sha256` covers the pixels and labels of all three splits, in order."""

    name: str
    classes: tuple[str, ...]
    train: Split
    val: Split
    test: Split
    sha256: str


def sha256_of(*splits: Split) -> str:
    """Of the pixels and labels, in order."""
    digest = hashlib.sha256()
    for split in splits:
        digest.update(split.images.numpy().tobytes())
        digest.update(split.labels.numpy().tobytes())
    return digest.hexdigest()
