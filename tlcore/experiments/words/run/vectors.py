"""A word's vectors in its sentences: of every layer, of the table of words, of its neighbours.

Three ways to say what a word means *here*:

    contextual   what a layer of the model makes of the word: it has seen the sentence
    static       the word's row in the model's own table of words, the same in every sentence
    others       the mean of the table's rows of the *other* words: the company without the word

A word of several pieces is the mean of its pieces.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from tlcore.data.texts.occurrences import Occurrence
from tlcore.networks.backbone import TextInput
from tlcore.networks.backbones import Backbone
from tlcore.networks.text.text_blocks import part
from tlcore.networks.text.tokens import Tokens, padded, read

BATCH = 32  # texts of about one length: little is filled up
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Vectors:
    """Of n occurrences that the model could read; `layers[l]`, `static`, `others` are (n, D)."""

    tokens: list[Tokens]  # of each sentence
    found: list[Occurrence]
    unread: list[Occurrence]  # behind the place where the text was cut, or signs that it drops
    layers: list[Floats]
    static: Floats
    others: Floats  # a row of zeros where the sentence has no other word
    unrelated: list[float | None]  # mean cosine of different words, by layer


def of(backbone: Backbone, texts: Sequence[str], places: Sequence[Occurrence]) -> Vectors:
    """Each place is an occurrence of the word in texts[place.sentence]."""
    tokens = read(backbone.name, texts)
    at = [tokens[place.sentence].of(place.start, place.end) for place in places]
    found = [place for place, pieces in zip(places, at, strict=True) if pieces]
    unread = [place for place, pieces in zip(places, at, strict=True) if not pieces]
    seen = by_layer(backbone, tokens)
    pieces = [(place.sentence, here) for place, here in zip(places, at, strict=True) if here]
    layers = [
        _rows([layer[number][here].mean(0) for number, here in pieces], layer[0].shape[1])
        for layer in seen
    ]
    rows = table(backbone)
    ids = [np.array(one.ids) for one in tokens]
    others = []
    for number, here in pieces:
        rest = [i for i in tokens[number].words if i not in here]
        others.append(rows[ids[number][rest]].mean(0) if rest else np.zeros_like(rows[0]))
    static = [rows[ids[number][here]].mean(0) for number, here in pieces]
    width = rows.shape[1]
    unrelated = [_unrelated(layer, tokens) for layer in seen]
    return Vectors(
        tokens, found, unread, layers, _rows(static, width), _rows(others, width), unrelated
    )


def table(backbone: Backbone) -> Floats:
    """(vocabulary, D): the first table of the first block is that of the words."""
    words = next(m for m in backbone.blocks[0].modules() if isinstance(m, nn.Embedding))
    rows: Floats = words.weight.detach().numpy()
    return rows


def by_layer(backbone: Backbone, tokens: Sequence[Tokens]) -> list[list[Floats]]:
    """[layer][text] -> (T, D), without what was filled up."""
    found: list[list[Floats]] = [[np.empty(0, np.float32)] * len(tokens) for _ in backbone.blocks]
    for numbers, ids in batches(tokens, backbone.input):
        x = ids
        with torch.no_grad():
            for layer, block in enumerate(backbone.blocks.eval()):
                x = block(x)
                vectors = part(x)[0].numpy()
                for row, number in enumerate(numbers):
                    found[layer][number] = vectors[row, : len(tokens[number].ids)]
    return found


def batches(
    tokens: Sequence[Tokens], spec: TextInput | object
) -> Iterator[tuple[list[int], torch.Tensor]]:
    """Numbers of texts and their ids (N, T): those of about one length together."""
    assert isinstance(spec, TextInput)
    order = sorted(range(len(tokens)), key=lambda number: len(tokens[number].ids))
    for begin in range(0, len(order), BATCH):
        numbers = order[begin : begin + BATCH]
        yield numbers, padded([tokens[number] for number in numbers], spec)


def unit(x: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Rows of length 1; a row of zeros stays one."""
    wide = x.astype(np.float64)
    length = np.linalg.norm(wide, axis=-1, keepdims=True)
    found: npt.NDArray[np.float64] = wide / np.where(length > 0, length, 1)
    return found


def _unrelated(layer: Sequence[Floats], tokens: Sequence[Tokens]) -> float | None:
    """Mean cosine over all pairs of different pieces, each as it stands for the first time."""
    first: dict[int, Floats] = {}
    for vectors, one in zip(layer, tokens, strict=True):
        for at in one.words:
            first.setdefault(one.ids[at], vectors[at])
    if len(first) < 2:
        return None
    total = unit(np.stack(list(first.values()))).sum(0)
    n = len(first)  # |sum of unit vectors|^2 = n + the cosines of all ordered pairs
    return float((total @ total - n) / (n * (n - 1)))


def _rows(found: list[Floats], width: int) -> Floats:
    return np.stack(found) if found else np.empty((0, width), np.float32)
