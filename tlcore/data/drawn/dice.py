"""The random numbers of some pictures, taken one after the other while they are drawn.

What is taken must not depend on a knob: then turning it changes the same pictures smoothly.
"""

from __future__ import annotations

import copy
import math

import numpy as np
import numpy.typing as npt
import torch

from tlcore.data.drawn import splitmix

COUNT = 256  # numbers a picture may take; the words after them are for noise
OWN = 128  # where those begin that only one class or one position of a knob takes
SIDE = 64
NOISE = 3 * SIDE * SIDE // 8  # words: a byte for each pixel and colour
Value = torch.Tensor  # (N, 1, 1): one number for each picture


class Dice:
    """Numbers of N pictures; whoever draws them together or apart, each gets its own."""

    def __init__(self, split: str, indices: npt.NDArray[np.int64]) -> None:
        words = splitmix.words(splitmix.SPLITS[split], indices, COUNT + NOISE)
        self._u = torch.from_numpy((words[:, :COUNT] >> np.uint64(40)).astype(np.float32) / 2**24)
        self._noise = words[:, COUNT:]
        self._at = 0
        self.n = len(indices)

    def apart(self) -> Dice:
        """The same pictures' other numbers: for what only one class has, or one position of a
        knob.  How many it takes does not move what all have in common."""
        other = copy.copy(self)
        other._at = OWN
        return other

    def roll(self, low: float = 0.0, high: float = 1.0) -> Value:
        """Uniform in low..high."""
        self._at += 1
        return splitmix.between(self._u[:, self._at - 1], low, high).view(-1, 1, 1)

    def around(self, width: float = 1.0) -> Value:
        """Uniform in -width..width."""
        return self.roll(-width, width)

    def size(self, low: float, high: float) -> Value:
        """Between low and high, halvings as likely as doublings."""
        return exp(self.roll(math.log(low), math.log(high)))

    def colour(self, *palette: tuple[float, float, float]) -> torch.Tensor:
        """(N, 3, 1, 1): one of the colours, RGB in 0..1, or a mixture of two neighbours."""
        place = self.roll().view(-1) * (len(palette) - 1)
        first = place.long().clamp(0, max(len(palette) - 2, 0))
        table = torch.tensor(palette)
        share = (place - first).view(-1, 1)
        low, high = table[first], table[(first + 1).clamp(max=len(palette) - 1)]
        return (low + (high - low) * share).view(-1, 3, 1, 1)

    def choice(self, count: int) -> torch.Tensor:
        """int64 (N,): 0 .. count-1."""
        return (self.roll().view(-1) * count).long()

    def noise(self) -> torch.Tensor:
        """(N, 3, 64, 64), uniform in -0.5..0.5."""
        bytes_ = torch.from_numpy(self._noise.copy().view(np.uint8))
        return bytes_.view(-1, 3, SIDE, SIDE).float().div_(255).sub_(0.5)


def exp(value: Value) -> Value:
    """In double precision: how many pictures are drawn together must not move the last bit."""
    return value.double().exp().float()


def turn(angle: Value) -> tuple[Value, Value]:
    """Cosine and sine of radians, in double precision for the same reason."""
    return angle.double().cos().float(), angle.double().sin().float()
