"""Frozen features at several depths in one pass, for runs that freeze at different depths.

Each run alone would pass the pictures through its own frozen blocks.  Here the output of one depth
is where the next one goes on, so that all depths together cost one pass; what is stored has the
name and the bits that a run looks for.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import nn

from tlcore.data.images import Split
from tlcore.ground.recipe import Compute
from tlcore.networks.backbone import Backbone, prepare
from tlcore.training.engine import batches, digest
from tlcore.training.engine.cache import Prefix
from tlcore.training.engine.disk import FILE_BYTES, FeatureStore
from tlcore.training.engine.supply import chunk_of

_TIMED = 96  # pictures of a measurement; the better of two passes


class DepthPrefix:
    """`depths`: after how many blocks; 0, where nothing is frozen, needs nothing."""

    def __init__(self, backbone: Backbone, depths: Sequence[int], compute: Compute) -> None:
        self.depths = sorted(set(depths) - {0})
        self.input = backbone.input
        self.chunk = chunk_of(backbone.input, compute)  # as runs have it: the same bits
        self.prefixes = {
            depth: Prefix(
                nn.Sequential(*list(backbone.blocks)[:depth]), None, backbone.input, compute
            )
            for depth in self.depths
        }

    def fill(self, split: Split, disk: FeatureStore) -> Iterator[int]:
        """Store what is not there yet, the depths from the input on; yields each when done."""
        names, stored = self._names(split), self.stored(split, disk)
        missing = [depth for depth in self.depths if depth not in stored]
        reached, features = 0, None
        for depth in missing:
            before = max((d for d in self.depths if d < depth), default=0)
            if before > reached:  # stored by a run before this one
                reached, features = before, disk.load(names[before])
            if features is None:
                reached, features = 0, prepare(split.images, self.input)
            features = self._deeper(self.prefixes[depth], features, reached)
            reached = depth
            if features.numel() * features.element_size() <= FILE_BYTES:
                disk.save(names[depth], features)
            yield depth

    def stored(self, split: Split, disk: FeatureStore) -> set[int]:
        """The depths whose features lie there."""
        return {depth for depth, name in self._names(split).items() if disk.path(name).exists()}

    def seconds_each(self, split: Split) -> Mapping[int, float]:
        """CPU seconds for one picture from the input to each depth."""
        pixels = prepare(split.images[:_TIMED], self.input)
        found = {0: 0.0}
        for _ in range(2):
            features, reached, spent, told = pixels, 0, 0.0, {0: 0.0}
            for depth in self.depths:
                began = time.process_time()
                features = self._deeper(self.prefixes[depth], features, reached)
                spent += time.process_time() - began
                reached, told[depth] = depth, spent / len(pixels)
            found = {d: min(s, found.get(d, s)) for d, s in told.items()}
        return found

    def _names(self, split: Split) -> dict[int, str]:
        images = digest.of_images(split.images)
        return {d: self.prefixes[d].own_name(images, "plain") for d in self.depths}

    def _deeper(self, prefix: Prefix, features: torch.Tensor, reached: int) -> torch.Tensor:
        chunks = batches.in_order(len(features), self.chunk)
        return torch.cat([prefix.deepen(features[picks], reached) for picks in chunks])
