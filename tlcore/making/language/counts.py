"""What counting alone can predict: the measure beside which every model of words is judged.

Counts are smoothed by interpolation after Witten and Bell (1991; in Chen and Goodman 1999, section
2.3): where a context was seen N times with T different followers, the estimate of the shorter
context has weight T / (N + T).  Below single words everything is as likely.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tlcore.data.corpus.texts import Texts
from tlcore.data.texts.reading import CLS
from tlcore.data.texts.tokenizer import ENTRIES

BITS = 12  # of a piece in a key: 4,096 of them; five fit into 64 bits
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """Counts of (context, piece), and of each context how often and with how many pieces."""

    keys: Ints  # context << BITS | piece, sorted
    counts: Ints
    contexts: Ints  # sorted
    seen: Ints
    followers: Ints

    @classmethod
    def of(cls, contexts: Ints, pieces: Ints) -> Table:
        keys, counts = np.unique(contexts << BITS | pieces, return_counts=True)
        known, first, followers = np.unique(keys >> BITS, return_index=True, return_counts=True)
        return cls(keys, counts, known, np.add.reduceat(counts, first), followers)

    def smoothed(self, contexts: Ints, pieces: Ints, shorter: Floats) -> Floats:
        """Probabilities, any shapes that fit together; `shorter`: what less context says."""
        count = _found(self.keys, self.counts, contexts << BITS | pieces)
        seen = _found(self.contexts, self.seen, contexts)
        followers = _found(self.contexts, self.followers, contexts)
        weight = np.where(seen > 0, seen + followers, 1)
        return np.where(seen > 0, (count + followers * shorter) / weight, shorter)


def _found(keys: Ints, values: Ints, wanted: Ints) -> Ints:
    """The value of each wanted key, 0 where there is none."""
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, values[place], 0)


class Ngrams:
    """Each piece from up to `order` - 1 before it; `back`: from those behind it."""

    def __init__(self, texts: Texts, order: int = 4, back: bool = False) -> None:
        self.order, self.back = order, back
        flat, asked = self._laid(texts)
        self.tables = [
            Table.of(self._context(flat, length)[asked], flat[asked]) for length in range(order)
        ]

    def _laid(self, texts: Texts) -> tuple[Ints, Ints]:
        """All texts with room before each, and the places of what is predicted."""
        room, rows, asked, at = [CLS] * (self.order - 1), [], [], 0
        for number in range(len(texts)):
            row = texts.row(number)[:: -1 if self.back else 1]
            rows += [np.asarray(room, np.int64), row.astype(np.int64)]
            asked.append(np.arange(at + len(room) + 1, at + len(room) + len(row)))
            at += len(room) + len(row)
        return np.concatenate(rows), np.concatenate(asked)

    @staticmethod
    def _context(flat: Ints, length: int) -> Ints:
        """Of each place, the `length` pieces before it as one number, the nearest lowest."""
        key = np.zeros(len(flat), np.int64)
        for far in range(length, 0, -1):
            before = np.concatenate([np.full(far, CLS, np.int64), flat[:-far]])
            key = key << BITS | before
        return key

    def losses(self, texts: Texts) -> Floats:
        """In nats, of every piece but the first of each text, text after text."""
        flat, asked = self._laid(texts)
        likely: Floats = np.full(len(asked), 1 / ENTRIES)
        for length, table in enumerate(self.tables):
            likely = table.smoothed(self._context(flat, length)[asked], flat[asked], likely)
        found: Floats = -np.log(likely)
        return found

    def spread(self, context: Ints) -> Floats:
        """(M,) single pieces before: (M, ENTRIES) probabilities from that piece alone."""
        pieces = np.arange(ENTRIES, dtype=np.int64)[None, :]
        one = self.tables[0].smoothed(np.zeros_like(pieces), pieces, np.full(1, 1 / ENTRIES))
        found: Floats = self.tables[1].smoothed(context[:, None], pieces, one)
        return found

    def alone(self) -> Floats:
        """(ENTRIES,): how frequent each piece is."""
        pieces = np.arange(ENTRIES, dtype=np.int64)
        return self.tables[0].smoothed(np.zeros_like(pieces), pieces, np.full(1, 1 / ENTRIES))


class Neighbours:
    """A piece from both its neighbours: counts of the three together, else of the two pairs.

    Without the three: p(w | left) p(w | right) / p(w), made to add up to 1, which is exact where
    the neighbours depend on each other through the piece alone.
    """

    def __init__(self, texts: Texts) -> None:
        self.onward, self.back = Ngrams(texts, 2), Ngrams(texts, 2, back=True)
        flat = texts.flat.astype(np.int64)
        inside = np.ones(len(flat), bool)
        inside[texts.ends - 1] = inside[texts.ends - texts.lengths] = False
        place = np.flatnonzero(inside)
        self.three = Table.of(flat[place - 1] << BITS | flat[place + 1], flat[place])

    def spread(self, left: Ints, right: Ints) -> Floats:
        """(M,) each: (M, ENTRIES) probabilities."""
        both = self.onward.spread(left) * self.back.spread(right) / self.onward.alone()
        both /= both.sum(1, keepdims=True)
        pieces = np.arange(ENTRIES, dtype=np.int64)[None, :]
        return self.three.smoothed((left << BITS | right)[:, None], pieces, both)


def around(texts: Texts, window: int, first: int) -> tuple[Ints, Ints]:
    """(middle, around): all pairs of pieces from number `first` on, at most `window` apart."""
    flat = texts.flat.astype(np.int64)
    owner = np.repeat(np.arange(len(texts)), texts.lengths)
    middles, others = [], []
    for far in range(1, window + 1):
        a, b = flat[:-far], flat[far:]
        same = (owner[:-far] == owner[far:]) & (a >= first) & (b >= first)
        middles += [a[same], b[same]]
        others += [b[same], a[same]]
    return np.concatenate(middles), np.concatenate(others)
