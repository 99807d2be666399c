"""Which words a position can see, found out by trying: one word is changed, and who moves has seen.

A mask that is written down is a promise; a vector that stays the same to the last bit while the
word is another one is evidence.  Each changed text is compared with the unchanged one in the same
row of a batch of the same shape, so that sums are added up in the same order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from tlcore.data.texts.reading import CLS, SEP
from tlcore.data.texts.tokenizer import ENTRIES
from tlcore.networks import seeds
from tlcore.networks.language import objectives
from tlcore.networks.language.layers import parted
from tlcore.networks.language.objectives import WORDS
from tlcore.networks.language.pieces import piece_text
from tlcore.networks.language.small import Small

MOST = 14  # pieces of the sentence: a larger table cannot be read
# Each word becomes two others, so that one which happens to move nothing does not decide.
STEPS = (1009, 2003)

Row = dict[str, Any]
Outputs = Callable[[torch.Tensor], torch.Tensor]  # ids (N, T) -> (N, T, D)


def shown(ids: torch.Tensor) -> list[str]:
    return [piece_text(int(i)) for i in ids[0, :MOST]]


def of(model: Small, ids: torch.Tensor) -> list[Row]:
    """Of texts (1, T), each way in which this model looks at them:
    {"id", "objective", "moved": by output, then by changed word, "order"}."""
    ids = ids[:, :MOST]
    told: list[Row] = []
    for name, outputs, more in _views(model, ids):
        lines = moved(outputs, ids).tolist()
        short = [[float(f"{share:.3g}") for share in line] for line in lines]
        told.append({"id": name, "objective": model.objective, "moved": short, **more})
    return told


def moved(outputs: Outputs, ids: torch.Tensor) -> torch.Tensor:
    """(T, T): how far output i moves, as a share of its length, when word j becomes another one.

    Exactly 0 where it does not see the word.
    """
    many = ids.shape[1]
    same = ids.expand(many, -1)
    before = outputs(same)
    found = torch.zeros(many, many)
    for step in STEPS:
        other = WORDS + (ids[0] - WORDS + step) % (ENTRIES - WORDS)
        after = outputs(torch.where(torch.eye(many, dtype=torch.bool), other, same))
        share = (after - before).norm(dim=-1) / before.norm(dim=-1).clamp_min(1e-9)
        found = torch.maximum(found, share.T)  # row of the batch: the changed word
    return found


def sees(moved_: list[list[float]]) -> list[list[bool]]:
    return [[share > 0 for share in line] for line in moved_]


def _views(model: Small, ids: torch.Tensor) -> list[tuple[str, Outputs, Row]]:
    name = model.objective
    if name == "bilstm":
        return [
            (f"{name}.{side}", _side(model, part), {})
            for part, side in enumerate(("left", "right"))
        ]
    if name == "permutation":
        order = drawn(ids)
        onward = list(range(ids.shape[1]))
        return [
            (f"{name}.drawn", _ordered(model, ids, order), {"order": order}),
            (f"{name}.left", _ordered(model, ids, onward), {"order": onward}),
        ]
    if name == "span":
        return [
            (f"{name}.reads", lambda x: parted(model.blocks(x))[0], {}),
            (f"{name}.writes", _written(model, ids), {}),
        ]
    return [(name, lambda x: parted(model.blocks(x))[0], {})]


def _side(model: Small, part: int) -> Outputs:
    return lambda x: parted(model.blocks(x))[0].chunk(2, dim=-1)[part]


def drawn(ids: torch.Tensor) -> list[int]:
    """A random order of prediction: of each place its turn.  The same for texts of one length."""
    dice = seeds.generator(0, "language", "order")
    found: list[int] = torch.randperm(ids.shape[1], generator=dice).tolist()
    return found


def _ordered(model: Small, ids: torch.Tensor, order: list[int]) -> Outputs:
    """What is said of each place in that order; of [CLS] and [SEP], which are always seen and never
    predicted, nothing is."""
    predicted = (ids != CLS) & (ids != SEP)
    turns = torch.tensor(order, dtype=torch.float32)

    def outputs(now: torch.Tensor) -> torch.Tensor:
        asked = predicted.expand_as(now)
        told = objectives.in_order(model, now, asked, turns.expand(now.shape))
        assert told.scores is not None
        found = torch.zeros(*now.shape, told.scores.shape[1])
        found[asked] = told.scores
        return found

    return outputs


def _written(model: Small, ids: torch.Tensor) -> Outputs:
    """The decoder, given the words one after the other; what it reads beside them stays."""

    def outputs(fed: torch.Tensor) -> torch.Tensor:
        said: torch.Tensor = model.whole(
            input_ids=ids.expand_as(fed),
            attention_mask=torch.ones_like(fed),
            decoder_input_ids=fed,
        ).logits
        return said

    return outputs
