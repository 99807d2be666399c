"""Which pictures are nearly the same one: saved again, resized, brightened, or mirrored.

What is compared is the fine structure of a 32 px grey copy (the copy less its own 5 x 5 mean), by
normalised correlation.  Without the mean taken off, every shoe is like every other: the nearest
*other* garment then reaches .99, with it .94.  All pairs at once are one matrix product, so there
is no hash to be lucky with: 1,000 against 3,000 pictures take half a second.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

SIDE = 32
# Measured before it was chosen (1,500 photographs of 64 px, 1,000 garments, 800 digits): the same
# photograph saved again as JPEG at quality 40 or resized by a quarter is above .976 in 99 of 100;
# the most alike of different pictures are at .77 (photographs), .94 (garments), .966 (digits, 8 px
# by origin).  Saved again, small pictures full of noise fall below it: those are missed.
ALIKE = 0.97
SAME_COLOUR = 0.05  # shares of red, green, blue: a sprite in another colour is another sprite
_BLANK = 0.5  # grey levels of fine structure, root mean square: less is an empty picture
_ROWS = 500  # compared at a time


@dataclass(frozen=True)
class Looks:
    """fine, mirrored: (N, 1024), rows of length 1; colour: (N, 3), mean shares of the channels."""

    fine: Floats
    mirrored: Floats
    colour: Floats

    def __len__(self) -> int:
        return len(self.fine)


@dataclass(frozen=True)
class Pair:
    first: int
    second: int
    likeness: float  # up to 1
    mirrored: bool


def looks(grey: Floats, colour: Floats) -> Looks:
    """grey: (N, 32, 32), 0..255; colour: (N, 3), each picture's mean red, green and blue."""
    total = np.maximum(colour.sum(1, keepdims=True), 1)
    return Looks(_fine(grey), _fine(grey[:, :, ::-1]), (colour + 1) / (total + 3))


def pairs(one: Looks, other: Looks | None = None) -> list[Pair]:
    """Between two splits, or (`other` None) within one, each pair once; most alike first."""
    within = other is None
    other = one if other is None else other
    found: list[Pair] = []
    for start in range(0, len(one), _ROWS):
        rows = slice(start, start + _ROWS)
        plain = one.fine[rows] @ other.fine.T
        turned = one.mirrored[rows] @ other.fine.T
        likeness = np.maximum(plain, turned)
        if within:
            likeness[np.arange(len(likeness))[:, None] + start >= np.arange(len(other))] = -1
        for i, j in np.argwhere(likeness >= ALIKE):
            if np.abs(one.colour[start + i] - other.colour[j]).max() <= SAME_COLOUR:
                mirrored = bool(turned[i, j] > plain[i, j])
                found.append(Pair(int(start + i), int(j), float(likeness[i, j]), mirrored))
    return sorted(found, key=lambda pair: -pair.likeness)


def _fine(grey: Floats) -> Floats:
    """Each picture less its 5 x 5 mean (edges reflected), as a row of length 1; empty pictures
    all get the same row, and are alike."""
    padded = np.pad(grey, ((0, 0), (2, 2), (2, 2)), mode="reflect")
    sums = np.pad(padded.astype(np.float64).cumsum(1).cumsum(2), ((0, 0), (1, 0), (1, 0)))
    mean = sums[:, 5:, 5:] - sums[:, :-5, 5:] - sums[:, 5:, :-5] + sums[:, :-5, :-5]
    flat = (grey - mean / 25).reshape(len(grey), SIDE * SIDE)
    flat -= flat.mean(1, keepdims=True)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    empty = (length < _BLANK * SIDE)[:, 0]
    flat[empty] = 1
    length[empty] = SIDE
    found: Floats = (flat / length).astype(np.float32)
    return found
