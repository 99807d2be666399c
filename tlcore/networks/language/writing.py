"""Writing piece by piece: greedy or drawn, with the probability of each piece that was written.

One loop for every model that writes: `scores` says what it expects behind what stands there.
Equal to `generate(do_sample=False)` of transformers
(tests/tlcore/networks/language/test_writing.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from tlcore.data.texts.reading import PAD, SEP

Scores = Callable[[torch.Tensor], torch.Tensor]  # (N, T) pieces -> (N, entries) before the softmax
Pick = Callable[[torch.Tensor], torch.Tensor]  # (N, entries) probabilities -> (N,) pieces


@dataclass(frozen=True)
class Written:
    """`ids` (N, U) with `end` where a text is over and `pad` behind it; `shares` (N, U): the
    probability that each of them had; `others` (N, U, K): the K likeliest pieces of each place."""

    ids: torch.Tensor
    shares: torch.Tensor
    others: torch.Tensor
    other_shares: torch.Tensor

    def texts(self, end: int = SEP, pad: int = PAD) -> list[list[int]]:
        """Pieces of each text, without its end."""
        return [[int(i) for i in row if int(i) not in (end, pad)] for row in self.ids]


def greedy(likely: torch.Tensor) -> torch.Tensor:
    return likely.argmax(1)


def drawn(dice: torch.Generator, warmth: float = 1.0) -> Pick:
    """By lot.  `warmth` (temperature) below 1 favours what is likely, above 1 what is not."""

    def pick(likely: torch.Tensor) -> torch.Tensor:
        return torch.multinomial(likely ** (1 / warmth), 1, generator=dice)[:, 0]

    return pick


@torch.no_grad()
def write(
    scores: Scores,
    begin: torch.Tensor,
    most: int,
    end: int = SEP,
    pad: int = PAD,
    pick: Pick = greedy,
    told: int = 3,
) -> Written:
    """Go on from `begin` (N, T) until every text has ended, at most `most` pieces."""
    ids, over = begin, torch.zeros(len(begin), dtype=torch.bool)
    shares, others, other_shares = [], [], []
    for _ in range(most):
        likely = torch.softmax(scores(ids).float(), dim=1)
        chosen = pick(likely).masked_fill(over, pad)
        best = likely.topk(told, dim=1)
        shares.append(likely.gather(1, chosen[:, None])[:, 0].masked_fill(over, 0.0))
        others.append(best.indices)
        other_shares.append(best.values)
        ids = torch.cat([ids, chosen[:, None]], dim=1)
        over |= chosen == end
        if over.all():
            break
    return Written(
        ids[:, begin.shape[1] :],
        torch.stack(shares, 1),
        torch.stack(others, 1),
        torch.stack(other_shares, 1),
    )


def of_encoder(whole: Any, shown: torch.Tensor, seen: torch.Tensor) -> Scores:
    """Of a model that reads `shown` (N, S) once, then writes (T5); `seen` (N, S): 0 of padding."""
    with torch.no_grad():
        read = whole.get_encoder()(input_ids=shown, attention_mask=seen)

    def scores(written: torch.Tensor) -> torch.Tensor:
        told = whole(encoder_outputs=read, attention_mask=seen, decoder_input_ids=written)
        return torch.as_tensor(told.logits[:, -1])

    return scores


def of_decoder(whole: Any, pad: int = PAD) -> Scores:
    """Of a model that goes on with what it has read (GPT); padding stands on the left."""

    def scores(written: torch.Tensor) -> torch.Tensor:
        seen = (written != pad).long()
        places = (seen.cumsum(1) - 1).clamp(min=0)
        told = whole.transformer(input_ids=written, attention_mask=seen, position_ids=places)
        return torch.as_tensor(whole.lm_head(told.last_hidden_state[:, -1]))

    return scores


def to_the_right(ids: torch.Tensor, pad: int = PAD) -> torch.Tensor:
    """Rows (N, T) padded on the right -> padded on the left, so that all end together."""
    order = (ids != pad).long().argsort(dim=1, stable=True)
    return ids.gather(1, order)
