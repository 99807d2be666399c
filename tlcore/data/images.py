"""Labelled pictures, or texts cut into tokens, in memory: three splits of one data set."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Split:
    """images: uint8 (N, C, H, W); labels: int64 (N,), 0 .. classes-1.

    Of texts: token ids, int64 (N, T), padded on the right, the shortest text first, so that texts
    which lie together are about as long as each other; and what they were cut from.
    """

    images: torch.Tensor
    labels: torch.Tensor
    texts: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)

    def first(self, count: int) -> Split:
        """So many of them, in their order."""
        return Split(self.images[:count], self.labels[:count], self.texts[:count])

    @property
    def by_length(self) -> bool:
        """Whether they lie in the order of their lengths: texts do."""
        return self.images.ndim == 2


@dataclass(frozen=True)
class ImageData:
    """`sha256` covers the pixels (of texts: the ids) and labels of all three splits, in order."""

    name: str
    classes: tuple[str, ...]
    train: Split
    val: Split
    test: Split
    sha256: str
    cut: int = 0  # texts that were longer than the backbone reads


def sha256_of(*splits: Split) -> str:
    """Of the pixels and labels, in order."""
    digest = hashlib.sha256()
    for split in splits:
        digest.update(split.images.numpy().tobytes())
        digest.update(split.labels.numpy().tobytes())
    return digest.hexdigest()
