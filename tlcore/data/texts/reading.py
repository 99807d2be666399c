"""A reader's text as the models read it: numbers of pieces, [CLS] before, [SEP] behind.

Any text has an answer: the empty one is [CLS] [SEP], a long one is cut and says so, letters that
no piece spells are counted as unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tlcore.data.texts import tokenizer

LONGEST = 128  # pieces, with [CLS] and [SEP]
PAD, UNKNOWN, CLS, SEP, MASK = range(5)  # places in tokenizer.SPECIAL


@dataclass(frozen=True)
class Encoded:
    """`ids` is int64 (N, T), T the longest of them; the rest of a shorter row is PAD."""

    ids: npt.NDArray[np.int64]
    cut: tuple[bool, ...]  # longer than LONGEST: the end is missing
    unknown: tuple[int, ...]  # pieces that stand for letters nobody knows
    places: tuple[tuple[tuple[int, int], ...], ...]  # characters of each piece, (0, 0) of [CLS]


def encode(texts: Sequence[str], longest: int = LONGEST) -> Encoded:
    """(N,) texts.  Marks such as [MASK] in the text are read as marks."""
    if not texts:
        return Encoded(np.zeros((0, 2), np.int64), (), (), ())
    told = tokenizer.load()(list(texts), return_offsets_mapping=True)
    rows = [[CLS, *ids[: longest - 2], SEP] for ids in told["input_ids"]]
    places = tuple(
        ((0, 0), *map(tuple, pieces[: longest - 2]), (0, 0)) for pieces in told["offset_mapping"]
    )
    cut = tuple(len(ids) > longest - 2 for ids in told["input_ids"])
    unknown = tuple(row.count(UNKNOWN) for row in rows)
    return Encoded(padded(rows), cut, unknown, places)


def padded(rows: Sequence[Sequence[int] | npt.NDArray[Any]]) -> npt.NDArray[np.int64]:
    """Rows of any lengths as one array (N, T), PAD on the right."""
    whole = np.full((len(rows), max(map(len, rows), default=0)), PAD, np.int64)
    for place, row in enumerate(rows):
        whole[place, : len(row)] = row
    return whole


def pieces_of(encoded: Encoded, row: int, start: int, end: int) -> list[int]:
    """Positions of the pieces that hold characters `start` to `end` of text `row`."""
    return [
        place for place, (first, last) in enumerate(encoded.places[row])
        if first < end and last > start
    ]  # fmt: skip
