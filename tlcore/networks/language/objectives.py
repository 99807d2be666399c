"""What each way of pre-training asks for: which pieces are predicted, and from what.

Every function takes a model and texts (N, T) and gives the pieces it predicted with the loss of
each, in nats: -log of the probability that the model gave to the piece that was there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional as F

from tlcore.data.texts.reading import MASK, PAD
from tlcore.data.texts.tokenizer import ENTRIES, SPECIAL
from tlcore.networks.language.gaps import with_gaps
from tlcore.networks.language.layers import Relative, parted
from tlcore.networks.language.small import Small

WORDS = len(SPECIAL)  # numbers from here on are pieces of words
# Share of the words that are hidden.  BERT's 15 % (Devlin et al. 2019, arXiv:1810.04805) would be
# one or two of a sentence; more is at least as good (Wettig et al. 2023, arXiv:2202.08005).
HIDE = 0.25
PREDICTED = 0.5  # share that XLNet predicts; its authors took a sixth of far longer texts
WINDOW = 5  # words on each side that a skip-gram predicts


@dataclass(frozen=True)
class Told:
    """`losses` (P,) in nats, of `targets` (P,); `rows`, `places`: where those stand in the texts.

    A place of -1: the piece is not in the text (a mark of a gap, the end).
    """

    losses: torch.Tensor
    targets: torch.Tensor
    rows: torch.Tensor
    places: torch.Tensor
    scores: torch.Tensor | None = None  # (P, ENTRIES) before the softmax; a skip-gram keeps none


Objective = Callable[[Small, torch.Tensor, torch.Generator], Told]


def chosen(may: torch.Tensor, share: float, dice: torch.Generator) -> torch.Tensor:
    """True (N, T) for `share` of each row's places that `may` be taken, at least one of them."""
    drawn = torch.rand(may.shape, generator=dice).masked_fill(~may, -1.0)
    many = (share * may.sum(1)).round().clamp(min=1)
    rank = drawn.argsort(dim=1, descending=True).argsort(dim=1)
    return may & (rank < many.unsqueeze(1))


def hide(ids: torch.Tensor, hidden: torch.Tensor, dice: torch.Generator) -> torch.Tensor:
    """80 % of the hidden words become [MASK], 10 % another word, 10 % stay as they are."""
    roll = torch.rand(ids.shape, generator=dice)
    others = torch.randint(WORDS, ENTRIES, ids.shape, generator=dice)
    shown = torch.where(hidden & (roll < 0.8), torch.full_like(ids, MASK), ids)
    return torch.where(hidden & (roll >= 0.9), others, shown)


def fill(small: Small, shown: torch.Tensor, ids: torch.Tensor, hidden: torch.Tensor) -> Told:
    """What a masked model says of the `hidden` places of `shown`."""
    vectors, _ = parted(small.blocks(shown))
    return _told(small.whole.cls(vectors[hidden]), ids, hidden)


def masked(small: Small, ids: torch.Tensor, dice: torch.Generator) -> Told:
    """BERT: hidden words from all others; each of them as if the other gaps were not filled."""
    hidden = chosen(ids >= WORDS, HIDE, dice)
    return fill(small, hide(ids, hidden, dice), ids, hidden)


def causal(small: Small, ids: torch.Tensor, dice: torch.Generator) -> Told:
    """GPT: every piece, and the end, from those before it."""
    vectors, mask = parted(small.blocks(ids))
    follows = mask.clone()
    follows[:, 0] = False
    return _told(small.whole.lm_head(vectors[follows.roll(-1, 1)]), ids, follows)


def bilstm(small: Small, ids: torch.Tensor, dice: torch.Generator) -> Told:
    """ELMo: each piece from those before it, and once more from those behind it."""
    onward, back = both_ways(small, ids)
    return Told(
        torch.cat([onward.losses, back.losses]) / 2,  # of a word: the mean of both directions
        torch.cat([onward.targets, back.targets]),
        torch.cat([onward.rows, back.rows]),
        torch.cat([onward.places, back.places]),
    )


def both_ways(small: Small, ids: torch.Tensor) -> tuple[Told, Told]:
    """From the left all but [CLS], from the right all but [SEP]."""
    vectors, mask = parted(small.blocks(ids))
    left, right = vectors.chunk(2, dim=-1)
    last = mask & ~mask.roll(-1, 1)
    last[:, -1] |= mask[:, -1]
    follows = mask.clone()
    follows[:, 0] = False
    leads = mask & ~last
    onward = _told(small.whole.scores(left[follows.roll(-1, 1)]), ids, follows)
    return onward, _told(small.whole.scores(right[leads.roll(1, 1)]), ids, leads)


def permutation(small: Small, ids: torch.Tensor, dice: torch.Generator) -> Told:
    """XLNet: the words in random order; the last half of that order from all that came before.

    The words keep their places: only who may look at whom follows the order.
    """
    predicted = chosen(ids >= WORDS, PREDICTED, dice)
    return in_order(small, ids, predicted, torch.rand(ids.shape, generator=dice))


def in_order(small: Small, ids: torch.Tensor, predicted: torch.Tensor, order: torch.Tensor) -> Told:
    """`predicted` words by rising `order` (N, T), each from all others and those before it."""
    body: Any = small.whole.transformer
    turn = order.masked_fill(~predicted, -1.0)
    later = predicted.unsqueeze(1) & (turn.unsqueeze(1) >= turn.unsqueeze(2))
    hidden = later | (ids == PAD).unsqueeze(1)
    h = body.word_embedding(ids)
    g = body.mask_emb.expand(*ids.shape, -1)  # knows its place, not its word
    for block in list(small.blocks)[1:]:
        assert isinstance(block, Relative)
        h, g = block.streams(h, g, hidden)
    return _told(small.whole.lm_loss(g[predicted]), ids, predicted)


def span(small: Small, ids: torch.Tensor, dice: torch.Generator) -> Told:
    """T5: the text with gaps goes in, what stood in the gaps comes out."""
    shown, wanted, rows, places = with_gaps(ids, dice)
    fed = torch.cat([torch.full_like(wanted[:, :1], PAD), wanted[:, :-1]], dim=1)
    said = small.whole(
        input_ids=shown, attention_mask=(shown != PAD).long(), decoder_input_ids=fed
    ).logits
    asked = wanted != PAD
    losses = F.cross_entropy(said[asked].float(), wanted[asked], reduction="none")
    return Told(losses, wanted[asked], rows[asked], places[asked], said[asked].detach())


def skipgram(small: Small, ids: torch.Tensor, dice: torch.Generator) -> Told:
    """Word2vec's skip-gram: the words around a word from that word alone.

    With the whole softmax: 4,096 pieces are few enough to do without negative samples.  The
    scores of a word are computed once, however often it stands in these texts.
    """
    middles, rows, places = [], [], []
    is_word = ids >= WORDS
    for far in range(1, WINDOW + 1):
        both = is_word[:, far:] & is_word[:, :-far]
        row, place = both.nonzero(as_tuple=True)
        for middle, around in ((place, place + far), (place + far, place)):
            middles.append(ids[row, middle])
            rows.append(row)
            places.append(around)
    row, place, middle = torch.cat(rows), torch.cat(places), torch.cat(middles)
    words, which = torch.unique(middle, return_inverse=True)
    vectors = small.whole.middle(words)
    likely = F.log_softmax((vectors @ small.whole.around.weight.T).float(), dim=1)
    targets = ids[row, place]
    return Told(-likely[which, targets], targets, row, place)


def _told(scores: torch.Tensor, ids: torch.Tensor, asked: torch.Tensor) -> Told:
    row, place = asked.nonzero(as_tuple=True)
    targets = ids[asked]
    losses = F.cross_entropy(scores.float(), targets, reduction="none")
    return Told(losses, targets, row, place, scores.detach())


LOSSES: dict[str, Objective] = {
    "masked": masked,
    "korean": masked,
    "causal": causal,
    "skipgram": skipgram,
    "bilstm": bilstm,
    "permutation": permutation,
    "span": span,
}
