"""What share of a sentence's pieces a word takes at each layer: the model's own weights.

Mean over the heads, and over the word's own pieces where it has several.  Only of layers that look
both ways, as BERT's do (tlcore.networks.text.text_blocks.Attention).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from tlcore.data.texts.occurrences import Occurrence
from tlcore.experiments.words.run.vectors import batches
from tlcore.networks.backbones import Backbone
from tlcore.networks.text.text_blocks import Attention, EncoderLayer, part
from tlcore.networks.text.tokens import Tokens

MOST = 12  # occurrences of which it is told
Row = dict[str, Any]


def told(backbone: Backbone, tokens: Sequence[Tokens], found: Sequence[Occurrence]) -> list[Row]:
    """Of the first occurrences: the sentence's pieces, which of them are the word and which are
    marks (no part of the text), and a line of weights a layer, each summing to 1.  Empty for a
    model without such layers."""
    if not has_weights(backbone):
        return []
    looked_at = found[:MOST]
    by_text = _by_text(backbone, tokens, {one.sentence for one in looked_at})
    rows = []
    for one in looked_at:
        text = tokens[one.sentence]
        here, words = text.of(one.start, one.end), set(text.words)
        lines = by_text[one.sentence][:, here].mean(1)  # (layers, T)
        rows.append(
            {
                "pieces": list(text.pieces),
                "word": here,
                "marks": [place for place in range(len(text.pieces)) if place not in words],
                "layers": [[round(share, 4) for share in line] for line in lines.tolist()],
            }
        )
    return rows


def has_weights(backbone: Backbone) -> bool:
    layers = list(backbone.blocks)[1:]
    both = [isinstance(b, EncoderLayer) and isinstance(b.attention, Attention) for b in layers]
    return bool(both) and all(both)


def _by_text(
    backbone: Backbone, tokens: Sequence[Tokens], wanted: set[int]
) -> dict[int, torch.Tensor]:
    """Number of a text -> (layers, T, T), mean over the heads, without what was filled up."""
    blocks = backbone.blocks.eval()
    lines: dict[int, list[torch.Tensor]] = {number: [] for number in wanted}
    for numbers, ids in batches(tokens, backbone.input):
        with torch.no_grad():
            x = blocks[0](ids)
            for block in list(blocks)[1:]:
                assert isinstance(block, EncoderLayer)
                weights = block.attention.weights(*part(x)).mean(1)  # type: ignore[operator]
                for row, number in enumerate(numbers):
                    if number in lines:
                        many = len(tokens[number].ids)
                        lines[number].append(weights[row, :many, :many])
                x = block(x)
    return {number: torch.stack(found) for number, found in lines.items()}
