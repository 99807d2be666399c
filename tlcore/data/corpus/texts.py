"""The corpus as numbers: all texts of a split one behind the other, and batches of like lengths.

A question stands with its text before it and its answer behind it; a Korean translation is a text
of its own.  Labels are not in any text: who wants them learns them later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from tlcore.data.corpus import card, corpus
from tlcore.data.corpus.sentence import Sentence
from tlcore.data.texts import reading, tokenizer

CHUNK = 5_000  # texts taken apart at a time


@dataclass(frozen=True)
class Texts:
    """`flat`: pieces of all texts; text n is flat[ends[n - 1]:ends[n]]."""

    flat: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ends)

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        return np.diff(self.ends, prepend=0)

    @property
    def digest(self) -> str:
        """Of all pieces: another corpus or another tokenizer, another digest."""
        return hashlib.sha256(self.flat.tobytes() + self.ends.tobytes()).hexdigest()

    def row(self, number: int) -> npt.NDArray[np.int32]:
        return self.flat[self.ends[number - 1] if number else 0 : self.ends[number]]

    def rows(self, numbers: Sequence[int] | npt.NDArray[np.int64]) -> torch.Tensor:
        """int64 (N, T), padded on the right."""
        return torch.from_numpy(reading.padded([self.row(int(n)) for n in numbers]))


def lines(sentence: Sentence) -> Iterator[str]:
    """What is read of a sentence; Korean last."""
    asked = (sentence.question, sentence.answer) if sentence.question else ()
    yield " ".join((sentence.text, *asked))
    if sentence.translation:
        yield sentence.translation


def korean(sentence: Sentence) -> Iterator[str]:
    """Only its Korean."""
    if sentence.kind == "korean":
        yield sentence.text
    if sentence.translation:
        yield sentence.translation


def taken_apart(texts: Sequence[str]) -> Texts:
    """Texts as [CLS] pieces [SEP], cut at reading.LONGEST."""
    pieces = tokenizer.load()
    parts: list[npt.NDArray[np.int32]] = []
    for first in range(0, len(texts), CHUNK):
        for ids in pieces(list(texts[first : first + CHUNK]))["input_ids"]:
            row = [reading.CLS, *ids[: reading.LONGEST - 2], reading.SEP]
            parts.append(np.asarray(row, np.int32))
    flat = np.concatenate(parts) if parts else np.zeros(0, np.int32)
    return Texts(flat, np.cumsum([len(part) for part in parts], dtype=np.int64))


def read(split: str, only_korean: bool = False, cache: Path | None = None) -> Texts:
    """All texts of a split.  `cache`: a folder where they are kept for the next time."""
    named = hashlib.sha256(tokenizer.FILE.read_bytes())
    named.update(f"{card.read()['digest']} {only_korean}".encode())
    path = cache and cache / f"texts-{split}-{named.hexdigest()[:12]}.npz"
    if path and path.exists():
        with np.load(path) as kept:
            return Texts(kept["flat"], kept["ends"])
    kinds = ("pair", "korean") if only_korean else tuple(corpus.COUNTS)
    taken = korean if only_korean else lines
    found = [text for sentence in corpus.sentences(split, 0, kinds) for text in taken(sentence)]
    texts = taken_apart(found)
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, flat=texts.flat, ends=texts.ends)
    return texts


def batches(
    lengths: npt.NDArray[np.int64], pieces: int, generator: torch.Generator
) -> list[npt.NDArray[np.int64]]:
    """Numbers of texts, each once, in batches of about `pieces` pieces and nearly equal length.

    Texts of one length are in random order, and so are the batches; their number is always the
    same, so that a step has its place in an epoch whatever the draws were.
    """
    noise = torch.rand(len(lengths), generator=generator, dtype=torch.float64).numpy()
    order = np.argsort(lengths + noise, kind="stable")
    found: list[npt.NDArray[np.int64]] = []
    first = 0
    while first < len(order):
        # Sorted by length, the last of a batch is its longest: as many as fit with it.
        many = max(1, pieces // int(lengths[order[first]]))
        while many > 1 and many * int(lengths[order[min(first + many, len(order)) - 1]]) > pieces:
            many -= 1
        found.append(order[first : first + many])
        first += many
    return [found[i] for i in torch.randperm(len(found), generator=generator).tolist()]
