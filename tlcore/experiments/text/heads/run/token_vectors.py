"""What a frozen encoder says of each piece of a text, at one layer; of a pair read as one row.

A question and its passage are one row, [CLS] question [SEP] passage [SEP], as BERT reads pairs
(Devlin et al. 2018, arXiv:1810.04805, figure 4): attention carries the question into the vectors
of the passage.  Only the passage's pieces are handed on.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from tlcore.networks.backbones import Backbone, TextInput
from tlcore.networks.text import tokens
from tlcore.training.engine import digest
from tlcore.training.engine.disk import FeatureStore

Row = dict[str, Any]
FORMAT = 1  # raise it when the same name would mean other features
A_BATCH = 16  # rows that pass together
QUESTION = 40  # pieces of it that are read


@dataclass(frozen=True)
class Read:
    """One text: a vector (T, D) and the characters of each of its pieces."""

    vectors: torch.Tensor
    spans: tuple[tuple[int, int], ...]
    cut: bool  # the text went on

    def of(self, start: int, end: int) -> list[int]:
        """Places of the pieces of text[start:end]; empty where it was cut off."""
        return [i for i, (a, b) in enumerate(self.spans) if a < end and b > start]


def read(
    backbone: Backbone,
    layer: int,
    texts: Sequence[str],
    questions: Sequence[str] | None = None,
    disk: FeatureStore | None = None,
    part: str = "texts",
) -> Generator[Row, None, list[Read]]:
    """Progress; then a `Read` for each text.  `layer` 0 is the embeddings."""
    rows, kept, spans, cuts = _rows(backbone, texts, questions)
    asked = [str(FORMAT), torch.__version__, backbone.weights_sha256, str(layer)]
    name = digest.of_texts([*asked, *(" ".join(map(str, row)) for row in rows)])[:32]
    flat = disk.load(name) if disk is not None else None
    if flat is None or len(flat) != sum(map(len, kept)):
        flat = yield from _passed(backbone, layer, rows, kept, part)
        if disk is not None:
            disk.save(name, flat)
    parts = torch.split(flat, [len(places) for places in kept])
    return [Read(*told) for told in zip(parts, spans, cuts, strict=True)]


def _rows(
    backbone: Backbone, texts: Sequence[str], questions: Sequence[str] | None
) -> tuple[list[list[int]], list[list[int]], list[tuple[tuple[int, int], ...]], list[bool]]:
    """Of each text: its ids, which of them are handed on, their characters, whether it was cut."""
    assert isinstance(backbone.input, TextInput)
    longest = backbone.input.longest
    told = tokens.read(backbone.name, texts)
    asked = tokens.read(backbone.name, questions) if questions is not None else [None] * len(texts)
    rows, kept, spans, cuts = [], [], [], []
    for text, question in zip(told, asked, strict=True):
        front = list(text.ids[:1])
        if question is not None:
            pieces = question.ids[1:-1][:QUESTION]
            front = [question.ids[0], *pieces, question.ids[-1]]
        room = longest - len(front) - 1  # and [SEP]
        inside = text.ids[1:-1][:room]
        rows.append([*front, *inside, text.ids[-1]])
        kept.append(list(range(len(front), len(front) + len(inside))))
        spans.append(text.spans[1:-1][:room])
        cuts.append(text.cut or len(text.ids) - 2 > room)
    return rows, kept, spans, cuts


def _passed(
    backbone: Backbone,
    layer: int,
    rows: Sequence[Sequence[int]],
    kept: Sequence[Sequence[int]],
    part: str,
) -> Generator[Row, None, torch.Tensor]:
    """(pieces of all texts, D).  Rows of about one length together."""
    assert isinstance(backbone.input, TextInput)
    blocks = backbone.blocks[: layer + 1].eval()
    order = sorted(range(len(rows)), key=lambda number: len(rows[number]))
    found: list[torch.Tensor] = [torch.empty(0)] * len(rows)
    for first in range(0, len(order), A_BATCH):
        picks = order[first : first + A_BATCH]
        shape = len(picks), max(len(rows[number]) for number in picks)
        ids = torch.full(shape, backbone.input.pad, dtype=torch.int64)
        for at, number in enumerate(picks):
            ids[at, : len(rows[number])] = torch.tensor(rows[number])
        with torch.no_grad():
            vectors = blocks(ids)[..., :-1]
        for at, number in enumerate(picks):
            found[number] = vectors[at, list(kept[number])]
        yield {"kind": "progress", "part": part, "done": first + len(picks), "of": len(rows)}
    return torch.cat(found)
