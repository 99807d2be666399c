"""Strength from nothing to most as colours, for pictures that a worker makes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# (red, green, blue): lightness rises all the way (the upper part of matplotlib's inferno), so the
# order is seen with any colour vision and in print.
HEAT = (
    (87, 16, 110),
    (158, 41, 99),
    (203, 65, 73),
    (241, 113, 31),
    (252, 172, 17),
    (252, 255, 164),
)
FROM_BLACK = ((0, 0, 4), (40, 11, 84), *HEAT)  # where nothing lies under it


def colours(
    strength: npt.NDArray[np.floating], steps: tuple[tuple[int, int, int], ...] = FROM_BLACK
) -> npt.NDArray[np.uint8]:
    """(...) of 0 .. 1 -> (..., 3) of 8 bits."""
    at = np.linspace(0, 1, len(steps))
    mixed = [np.interp(strength, at, channel) for channel in zip(*steps, strict=True)]
    return np.stack(mixed, axis=-1).round().astype(np.uint8)
