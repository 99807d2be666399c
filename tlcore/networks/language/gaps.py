"""Texts with gaps and what stood in them, as T5 is taught (Raffel et al. 2020, arXiv:1910.10683).

"[CLS] The <0> on the sofa . [SEP]" goes in, "<0> cat is [SEP]" is to come out.
"""

from __future__ import annotations

import torch

from tlcore.data.texts.reading import PAD, SEP, padded
from tlcore.data.texts.tokenizer import SENTINELS, SPECIAL

FIRST = SPECIAL.index(SENTINELS[0])
# Share of the words that are in gaps; words a gap, in the mean.  T5 took 15 %, of far longer texts.
# Here that is one gap of two words a text: after 6,000 steps words were at 5.62 nats, with half of
# them in gaps at 5.39 after 700.
SHARE, LONG = 0.5, 3
NOWHERE = -1  # the place of a piece that is not in the text: a mark of a gap, the end


def with_gaps(ids: torch.Tensor, dice: torch.Generator) -> tuple[torch.Tensor, ...]:
    """Of texts (N, T): what is shown (N, S), what is wanted (N, U), row and place of each piece of
    that in the texts (N, U)."""
    made = [_one([int(i) for i in row[row != PAD]], dice) for row in ids]
    shown, wanted, places = (list(part) for part in zip(*made, strict=True))
    asked = torch.from_numpy(padded(wanted))
    at = torch.full_like(asked, NOWHERE)
    for row, known in enumerate(places):
        at[row, : len(known)] = torch.tensor(known)
    rows = torch.arange(len(ids))[:, None].expand_as(asked)
    return torch.from_numpy(padded(shown)), asked, rows, at


def _one(pieces: list[int], dice: torch.Generator) -> tuple[list[int], list[int], list[int]]:
    inside = len(pieces) - 2  # without [CLS] and [SEP]
    if inside < 1:
        return pieces, [SEP], [NOWHERE]
    lost = max(1, round(SHARE * inside))
    many = min(max(1, round(lost / LONG)), len(SENTINELS))
    shown, wanted, places, at = pieces[:1], list[int](), list[int](), 1
    between = [part - 1 for part in parts(inside - lost + many + 1, many + 1, dice)]  # 0 as well
    for number, (kept, gone) in enumerate(zip(between, parts(lost, many, dice), strict=False)):
        shown += [*pieces[at : at + kept], FIRST + number]
        at += kept
        wanted += [FIRST + number, *pieces[at : at + gone]]
        places += [NOWHERE, *range(at, at + gone)]
        at += gone
    return shown + pieces[at:], [*wanted, SEP], [*places, NOWHERE]


def parts(total: int, many: int, dice: torch.Generator) -> list[int]:
    """`total` as a sum of `many` numbers of at least 1, all such sums equally likely."""
    cuts = sorted((torch.randperm(total - 1, generator=dice)[: many - 1] + 1).tolist())
    return [b - a for a, b in zip([0, *cuts], [*cuts, total], strict=True)]
