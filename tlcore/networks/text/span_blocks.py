"""The blocks of T5's encoder: how far apart two words stand is added to their score.

Raffel et al. 2019, arXiv:1910.10683, section 2.1: no positions at the words, norms without mean
and bias, matrices without bias.  T5 learns one table of distances, in its first layer, and uses it
in all; here each layer has a copy, so that a block depends on nothing but its input.  With the same
weights the blocks answer what transformers' T5EncoderModel does
(tests/tlcore/networks/text/test_hub_blocks.py); fine-tuned, the copies may part.
"""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional as F

from tlcore.networks.text.text_blocks import PreNormLayer, Table, begin, join

EPSILON = 1e-6
FARTHEST = 128  # distances from here on share the last bucket


class Plain(nn.Linear):
    """A matrix without bias."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__(before, after, bias=False)

    def reset_parameters(self) -> None:
        begin(self.weight)


class Words(nn.Module):
    """Ids (N, T) -> (N, T, D + 1): the vector of each word, wherever it stands."""

    def __init__(self, vocabulary: int, width: int, pad: int, dropout: float) -> None:
        super().__init__()
        self.word = Table(vocabulary, width)
        self.dropout = nn.Dropout(dropout)
        self.pad = pad

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return join(self.dropout(self.word(ids)), ids != self.pad)


def buckets(many: int, count: int) -> torch.Tensor:
    """(T, T): the bucket of each distance; half for those ahead, half for those behind, of each the
    first half one by one and the rest in logarithmic steps."""
    place = torch.arange(many)
    away = place[None, :] - place[:, None]
    half = count // 2
    near = half // 2
    far = away.abs().clamp_min(1).float()
    steps = near + (far / near).log() / math.log(FARTHEST / near) * (half - near)
    chosen = torch.where(away.abs() < near, away.abs(), steps.long().clamp_max(half - 1))
    return chosen + half * (away > 0)


class DistantAttention(nn.Module):
    """(N, T, D) and mask (N, T) -> (N, T, D).  Scores are not divided: T5's start sees to that."""

    def __init__(self, width: int, heads: int, head: int, count: int, dropout: float) -> None:
        super().__init__()
        self.query = Plain(width, heads * head)
        self.key = Plain(width, heads * head)
        self.value = Plain(width, heads * head)
        self.out = Plain(heads * head, width)
        self.distance = Table(count, heads)
        self.heads, self.dropout = heads, dropout

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        query, key, value = (
            made(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for made in (self.query, self.key, self.value)
        )
        chosen = buckets(x.shape[1], self.distance.num_embeddings).to(x.device)
        added = self.distance(chosen).permute(2, 0, 1)[None]  # (1, heads, T, T)
        least = torch.finfo(x.dtype).min
        added = added.masked_fill(mask[:, None, None, :] <= 0, least)
        gathered = F.scaled_dot_product_attention(
            query,
            key,
            value,
            attn_mask=added.to(query.dtype),
            dropout_p=self.dropout if self.training else 0.0,
            scale=1.0,
        )
        found: torch.Tensor = self.out(gathered.transpose(1, 2).flatten(2))
        return found


class Rectified(nn.Module):
    """Each word by itself: wider, what is negative is cut off, narrow again."""

    def __init__(self, width: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.expand = Plain(width, inner)
        self.contract = Plain(inner, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.contract(self.dropout(F.relu(self.expand(x))))
        return found


class LastNorm(nn.RMSNorm):
    """The norm behind the last layer, and dropout behind that."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__(width, EPSILON)
        self.share = dropout

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.dropout(super().forward(x), self.share, self.training)


class SpanLayer(PreNormLayer):
    """`last`: with the norm that stands behind the last layer."""

    def __init__(
        self,
        width: int,
        heads: int,
        head: int,
        inner: int,
        count: int,
        dropout: float,
        last: bool,
    ) -> None:
        super().__init__(
            DistantAttention(width, heads, head, count, dropout),
            Rectified(width, inner, dropout),
            (nn.RMSNorm(width, EPSILON), nn.RMSNorm(width, EPSILON)),
            dropout,
            LastNorm(width, dropout) if last else None,
        )
