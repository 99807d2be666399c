"""One split of the data as the learning part reads it: from stored features, or batch by batch.

Both ways give the same bits (fp32, one thread): a test holds them equal over a whole run.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import torch

from tlcore.data.images import Split
from tlcore.ground.recipe import Augment
from tlcore.networks.backbone import TextInput
from tlcore.training.engine import augment, batches, digest
from tlcore.training.engine.cache import Prefix
from tlcore.training.engine.disk import FILE_BYTES, FeatureStore

_QUICK_BYTES = 8_000_000
_DISK_BYTES_PER_S = 200e6  # a slow disk; keeping is worth it where computing is slower than that


@dataclass(eq=False)
class Feed:
    """`features` None: the prefix runs again for every batch."""

    split: Split
    prefix: Prefix
    chunk: int  # pictures at once through the prefix
    augment: Augment = "none"
    seed: int = 0
    views: int = 1  # stored views of each picture; 0: fresh ones each epoch, nothing can be stored
    features: torch.Tensor | None = None  # (views * N, ...), view by view
    labels: torch.Tensor = field(init=False)  # on the device

    def __post_init__(self) -> None:
        self.labels = self.split.labels.to(self.prefix.device)

    def __len__(self) -> int:
        return len(self.split)

    def deal(self, size: int, seed: int, epoch: int) -> tuple[torch.Tensor, ...]:
        """The batches of one epoch."""
        way = batches.deal_by_length if self.split.by_length else batches.deal
        return way(len(self), size, seed, epoch)

    def batch(self, picks: torch.Tensor, epoch: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
        """Features and labels of the picked pictures, in the views of this epoch (from 1)."""
        labels = self.labels[picks.to(self.labels.device)]
        if self.features is None:
            numbers = augment.view_numbers(picks, epoch, self.views)
            return self.prefix.lay_out(self.prefix(self._show(picks, numbers))), labels
        rows = picks
        if self.views > 1:
            rows = augment.view_numbers(picks, epoch, self.views) * len(self) + picks
        stored = self.features.index_select(0, rows.to(self.features.device))
        return self.prefix.lay_out(self.prefix.shortened(stored)), labels

    def in_order(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """All pictures, as they lie: for evaluation."""
        for picks in batches.in_order(len(self), self.chunk):
            yield self.batch(picks)

    def bytes_each(self) -> int:
        """Bytes to store the features of one view of one picture, of the longest text."""
        two = self.prefix(self.split.images[-2:])  # never one alone
        return two[0].numel() * two.element_size()

    def load(self, disk: FeatureStore) -> bool:
        """Take all features from disk, if all are there."""
        if not self.views or not len(self.prefix.blocks):
            return False  # prepared pictures: reading them back would save nothing
        for view in range(self.views):
            stored = self.prefix.ready(disk, self._images_hash(), self._view_name(view))
            if stored is None:
                self.features = None
                return False
            self._store(view * len(self), stored)
        return True

    def build(self, disk: FeatureStore | None) -> Iterator[int]:
        """Compute and store the features; yields how many pictures were passed since the last."""
        if not len(self.prefix.blocks):
            disk = None
        for view in range(self.views):
            depth, start = 0, None
            if disk:
                depth, start = self.prefix.start(disk, self._images_hash(), self._view_name(view))
            began = time.perf_counter()
            for picks in batches.in_order(len(self), self.chunk):
                if start is None:
                    part = self.prefix(self._show(picks, torch.full_like(picks, view)))
                else:
                    given = self.prefix.shortened(start[picks].to(self.prefix.device))
                    part = self.prefix.deepen(given, depth)
                self._store(view * len(self) + int(picks[0]), part)
                yield len(picks)
            seconds = time.perf_counter() - began
            if disk and self.features is not None:
                made = self.features[view * len(self) : (view + 1) * len(self)]
                if _worth_keeping(made, seconds):
                    images, shown = self._images_hash(), self._view_name(view)
                    disk.save(self.prefix.own_name(images, shown), made)

    def _store(self, at: int, part: torch.Tensor) -> None:
        """Into place, not collected and joined: that would hold everything twice."""
        if self.features is None:
            self.features = self._room(part)
        self.features[at : at + len(part), : part.shape[1]] = part

    def _room(self, part: torch.Tensor) -> torch.Tensor:
        """For features like these, of all; of texts, for the longest, and padding behind others."""
        count, spec = self.views * len(self), self.prefix.spec
        if isinstance(spec, TextInput) and self.prefix.pool is None:
            whole = (count, self.split.images.shape[1], *part.shape[2:])
            return part.new_full(whole, spec.pad if part.ndim == 2 else 0)
        return part.new_empty((count, *part.shape[1:]))

    def _show(self, picks: torch.Tensor, numbers: torch.Tensor) -> torch.Tensor:
        if self.split.by_length:
            return self.prefix.shortened(self.split.images[picks])
        size = self.prefix.spec.size
        return augment.show(self.split.images, picks, numbers, self.augment, self.seed, size)

    def _images_hash(self) -> str:
        if not hasattr(self, "_hash"):
            self._hash = digest.of_images(self.split.images)
        return self._hash

    def _view_name(self, view: int) -> str:
        return "plain" if self.augment == "none" else f"{self.augment}/{self.seed}/{view}"


def _worth_keeping(features: torch.Tensor, seconds: float) -> bool:
    """Small, or slower to compute than to write and read back."""
    size = features.numel() * features.element_size()
    return size <= _QUICK_BYTES or (size <= FILE_BYTES and size / _DISK_BYTES_PER_S < seconds)
