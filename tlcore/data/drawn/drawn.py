"""A data set of 64 px colour pictures that is drawn, with two knobs: what all such sets share.

Picture (split, index, knobs) is always the same picture, whoever draws it and beside which others.
Its random numbers do not depend on the knobs: turning one changes the same pictures smoothly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from tlcore.data.drawn.canvas import to_uint8
from tlcore.data.drawn.dice import SIDE, Dice
from tlcore.data.drawn.drawn_cache import kept
from tlcore.data.images import Split
from tlcore.ground.recipe import Knobs

TRAIN, VAL, TEST = 20_000, 500, 2_000
CHUNK = 32  # pictures of one class at a time: 1.5 MB of floats stay in the processor's cache
KEEP_FROM = 500  # fewer are drawn sooner than they are read
Indices = npt.NDArray[np.int64]
# Draws pictures of one class: (class, their numbers, knobs) -> float32 (N, 3, 64, 64) in 0..1
Paint = Callable[[str, Dice, Knobs], torch.Tensor]


@dataclass(frozen=True)
class Drawing:
    """A source of pictures: picture i is of class i modulo their number."""

    name: str
    classes: tuple[str, ...]
    version: int  # raised whenever a picture changes: caches and results of runs are named by it
    paint: Paint

    def fingerprint(self) -> str:
        return f"{self.name}-v{self.version}"

    def pool_labels(self) -> Indices:
        return np.arange(TRAIN) % len(self.classes)

    def train(self, indices: Indices, knobs: Knobs) -> Split:
        return self._kept("train", indices, knobs)

    def held_out(self, knobs: Knobs) -> tuple[Split, Split]:
        """Validation and test pictures, at the same knobs."""
        return self._kept("val", np.arange(VAL), knobs), self._kept("test", np.arange(TEST), knobs)

    def draw(self, split: str, indices: Indices, knobs: Knobs) -> Split:
        """uint8 (N, 3, 64, 64) and labels."""
        labels = indices % len(self.classes)
        images = torch.empty(len(indices), 3, SIDE, SIDE, dtype=torch.uint8)
        for label, name in enumerate(self.classes):
            places = np.flatnonzero(labels == label)
            for part in np.array_split(places, -(-len(places) // CHUNK) or 1):
                if len(part):
                    picture = self.paint(name, Dice(split, indices[part]), knobs)
                    images[torch.from_numpy(part)] = to_uint8(picture)
        return Split(images, torch.from_numpy(labels))

    def _kept(self, split: str, indices: Indices, knobs: Knobs) -> Split:
        def draw(split: str, indices: Indices) -> Split:
            return self.draw(split, indices, knobs)

        if len(indices) < KEEP_FROM:
            return draw(split, indices)
        named = f"{self.fingerprint()}-{knobs.difficulty!r}-{knobs.shift!r}"
        return kept(named, split, indices, draw, (3, SIDE, SIDE), len(self.classes))
