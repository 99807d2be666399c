"""Texts as numbers: what a text backbone's own tokenizer makes of them, and where each piece stood.

A piece is a word or a part of one; MiniLM writes a part that goes on with "##" in front.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from tlcore.networks.backbone import TextInput
from tlcore.networks.text.text_models import MODELS

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True)
class Tokens:
    """One text, of most backbones [CLS] first and [SEP] last; `spans` count characters of the text,
    and are empty ((0, 0)) for those two."""

    ids: tuple[int, ...]
    pieces: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    unknown: int  # pieces that the tokenizer has no number for
    cut: bool  # the text went on

    def of(self, start: int, end: int) -> list[int]:
        """Positions of the pieces of text[start:end]; empty where it was cut off."""
        return [i for i, (a, b) in enumerate(self.spans) if a < end and b > start]

    @property
    def words(self) -> list[int]:
        """Positions of all pieces of the text."""
        return [i for i, (a, b) in enumerate(self.spans) if b > a]


def read(name: str, texts: Sequence[str]) -> list[Tokens]:
    """What backbone `name` reads of each text.  An empty text is [CLS] [SEP], or nothing at all.

    Raises UserError: weights.not_installed, weights.package_damaged; of the hub's models
    hub.absent, hub.record, weights.set_aside.
    """
    module = MODELS[name]
    longest = module.INPUT.longest
    made: Tokenizer = module.tokenizer()
    made.no_padding()
    made.enable_truncation(longest)
    unknown = made.token_to_id("[UNK]")
    return [_told(found, unknown) for found in made.encode_batch(list(texts))]


def _told(found: Any, unknown: int | None) -> Tokens:
    return Tokens(
        ids=tuple(found.ids),
        pieces=tuple(found.tokens),
        spans=tuple(found.offsets),
        unknown=found.ids.count(unknown),
        cut=bool(found.overflowing),
    )


def padded(rows: Sequence[Tokens], spec: TextInput) -> torch.Tensor:
    """Ids (N, T) as int64, T that of the longest of them, at least 1."""
    longest = max(1, *(len(row.ids) for row in rows))
    ids = torch.full((len(rows), longest), spec.pad, dtype=torch.int64)
    for at, row in enumerate(rows):
        ids[at, : len(row.ids)] = torch.tensor(row.ids)
    return ids
