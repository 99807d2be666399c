"""Random numbers that belong to a picture: a hash of (split, index), not a stream.

Any picture can be drawn without the ones before it, in any order and in parts of any size.
SplitMix64 (Steele, Lea, Flood 2014) started from (split, index).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

Words = npt.NDArray[np.uint64]
SPLITS = {"train": 1, "val": 2, "test": 3}


def words(split: int, indices: npt.NDArray[np.int64], count: int) -> Words:
    """uint64 (N, count)."""
    start = _mix(indices.astype(np.uint64) + np.uint64(split << 40))
    step = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return _mix(start[:, None] + step[None, :])


def between(u: torch.Tensor, low: float, high: float) -> torch.Tensor:
    """Uniform numbers in 0..1 moved to low..high."""
    return low + (high - low) * u


def _mix(z: Words) -> Words:
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
