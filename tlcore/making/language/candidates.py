"""What a small model would write into the first gap of a sentence: the lines of its card."""

from __future__ import annotations

from typing import Any

import torch

from tlcore.data.texts import reading, tokenizer
from tlcore.data.texts.reading import MASK
from tlcore.experiments.objectives.run import predictions
from tlcore.networks.language.small import Small

Row = dict[str, Any]
SIDES = {"all": "both", "left": "before", "right": "behind"}  # of a view: what was read
TABLES = ("skipgram", "cooccurrence")  # they read no sentence


@torch.no_grad()
def of(small: Small, text: str, many: int = 10) -> list[Row]:
    """The likeliest pieces for the gap: {"from", "piece", "probability"}, best first.

    `from`: "before", "behind" or "both", the side that was read.  Empty where there is no gap, and
    for a table of vectors.
    """
    ids = torch.from_numpy(reading.encode([text]).ids)
    first = (ids[0] == MASK).nonzero().flatten().tolist()[:1]
    if not first or small.objective in TABLES:
        return []
    small.whole.eval()
    found = []
    for view in predictions.of(small, ids, first):
        if view["id"] in SIDES:
            likely, pieces = view["likely"].topk(many)
            for share, piece in zip(likely.tolist(), pieces.tolist(), strict=True):
                written = tokenizer.load().convert_ids_to_tokens(piece)
                found.append({"from": SIDES[view["id"]], "piece": written, "probability": share})
    return found
