"""Draws that give the same on every machine and Python: all come from `random.Random.random`.

(The other methods of `random.Random` have changed between versions of Python; this one has not.)
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    def __init__(self, *seed: object) -> None:
        text = "/".join(str(part) for part in seed)
        number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        self.random = random.Random(number).random

    def pick(self, among: Sequence[T]) -> T:
        return among[int(self.random() * len(among))]

    def chance(self, share: float) -> bool:
        return self.random() < share

    def two(self, among: Sequence[T]) -> tuple[T, T]:
        """Two different ones."""
        first = int(self.random() * len(among))
        second = int(self.random() * (len(among) - 1))
        return among[first], among[second + (second >= first)]

    def shuffled(self, among: Sequence[T]) -> list[T]:
        left, found = list(among), []
        while left:
            found.append(left.pop(int(self.random() * len(left))))
        return found


def bucket(text: str, buckets: int = 100) -> int:
    """A number 0 .. buckets - 1 that depends on the text alone: how splits are held apart."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") % buckets
