"""What flows between the blocks of a text backbone, and the blocks of a BERT encoder.

One tensor (N, T, D + 1): a vector of D numbers for each token, and as its last channel the mask, 1
where a word stands and 0 where a shorter text was filled up.  So a block depends on nothing but its
input, and can be frozen, cached, cut off and copied like a block of pictures.

The encoder is that of Devlin et al. 2018 (arXiv:1810.04805), norm after the sum; with the same
weights it answers what transformers' BertModel does (tests/tlcore/networks/text/test_minilm.py).
"""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional as F

SPREAD = 0.02  # BERT begins all its matrices so
EPSILON = 1e-12  # of its norms


def join(vectors: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """(N, T, D) and (N, T) -> (N, T, D + 1)."""
    return torch.cat([vectors, mask.unsqueeze(-1).to(vectors.dtype)], dim=-1)


def part(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """(N, T, D + 1) -> vectors (N, T, D), mask (N, T)."""
    return x[..., :-1], x[..., -1]


def mean_over_words(x: torch.Tensor) -> torch.Tensor:
    """(N, T, D + 1) -> (N, D): the mean vector of a text, [CLS] and [SEP] counted with the words,
    as sentence-transformers pools MiniLM."""
    vectors, mask = part(x)
    total = (vectors * mask.unsqueeze(-1)).sum(1)
    return total / mask.sum(1, keepdim=True).clamp_min(1)


def last_token(x: torch.Tensor) -> torch.Tensor:
    """(N, T, D + 1) -> (N, D): the vector of the last word, the one place of a model that reads
    from the left which has read the whole text.  A text without words is its first place."""
    vectors, mask = part(x)
    place = torch.arange(mask.shape[1], device=mask.device)
    last = (place * (mask > 0)).argmax(1)
    return vectors[torch.arange(len(vectors), device=mask.device), last]


def first_token(x: torch.Tensor) -> torch.Tensor:
    """(N, T, D + 1) -> (N, D): the vector of [CLS], which BERT's own classifiers read."""
    return x[:, 0, :-1]


def begin(weight: torch.Tensor) -> None:
    """Of a matrix that has only a shape (torch's meta device) nothing is drawn: torch would import
    a second of its own code to pretend to."""
    if not weight.is_meta:
        nn.init.normal_(weight, std=SPREAD)


class Linear(nn.Linear):
    """Begins as BERT's do."""

    def reset_parameters(self) -> None:
        begin(self.weight)
        nn.init.zeros_(self.bias)


class Table(nn.Embedding):
    """A vector for each number; begins as BERT's do."""

    def reset_parameters(self) -> None:
        begin(self.weight)


class Embeddings(nn.Module):
    """Ids (N, T) -> (N, T, D + 1): what each word is by itself, plus where it stands.

    `segment` tells first from second text of a pair; all texts here are first ones.  DistilBERT
    has none: `segments=0`.
    """

    def __init__(
        self,
        vocabulary: int,
        positions: int,
        width: int,
        pad: int,
        dropout: float,
        segments: int = 2,
    ) -> None:
        super().__init__()
        self.word = Table(vocabulary, width)
        self.position = Table(positions, width)
        self.segment = Table(segments, width) if segments else None
        self.norm = nn.LayerNorm(width, EPSILON)
        self.dropout = nn.Dropout(dropout)
        self.pad = pad

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        placed = self.position.weight[: ids.shape[1]]
        if self.segment is not None:
            placed = placed + self.segment.weight[0]
        return join(self.dropout(self.norm(self.word(ids) + placed)), ids != self.pad)


class Attention(nn.Module):
    """Each token gathers from all tokens of its text: (N, T, D) and mask (N, T) -> (N, T, D)."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.query = Linear(width, width)
        self.key = Linear(width, width)
        self.value = Linear(width, width)
        self.out = Linear(width, width)
        self.heads = heads
        self.dropout = dropout

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        query, key, value = (self._apart(made(x)) for made in (self.query, self.key, self.value))
        gathered = F.scaled_dot_product_attention(
            query,
            key,
            value,
            attn_mask=mask[:, None, None, :] > 0,  # nobody looks at what only fills up
            dropout_p=self.dropout if self.training else 0.0,
        )
        found: torch.Tensor = self.out(gathered.transpose(1, 2).flatten(2))
        return found

    def weights(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """(N, heads, T, T): what share each token takes of each; what `forward` gathers with."""
        query, key = self._apart(self.query(x)), self._apart(self.key(x))
        scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
        return scores.masked_fill(mask[:, None, None, :] <= 0, -math.inf).softmax(-1)

    def _apart(self, made: torch.Tensor) -> torch.Tensor:
        """(N, T, D) -> (N, heads, T, D / heads)."""
        texts, tokens, _ = made.shape
        return made.reshape(texts, tokens, self.heads, -1).transpose(1, 2)


class FeedForward(nn.Module):
    """Each token by itself: wider, gelu, narrow again."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.expand = Linear(width, inner)
        self.contract = Linear(inner, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.contract(F.gelu(self.expand(x)))
        return found


class EncoderLayer(nn.Module):
    """One block of the encoder: (N, T, D + 1) -> the same shape.

    `after_attention` and `after_feed_forward` do nothing; there Houlsby's adapters are put, before
    the sums, as in figure 2 of arXiv:1902.00751.
    """

    def __init__(self, width: int, heads: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.attention = self._attention(width, heads, dropout)
        self.after_attention: nn.Module = nn.Identity()
        self.attention_norm = nn.LayerNorm(width, EPSILON)
        self.feed_forward = FeedForward(width, inner)
        self.after_feed_forward: nn.Module = nn.Identity()
        self.feed_forward_norm = nn.LayerNorm(width, EPSILON)
        self.dropout = nn.Dropout(dropout)

    def _attention(self, width: int, heads: int, dropout: float) -> nn.Module:
        return Attention(width, heads, dropout)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        vectors, mask = part(x)
        gathered = self.after_attention(self.dropout(self.attention(vectors, mask)))
        vectors = self.attention_norm(vectors + gathered)
        thought = self.after_feed_forward(self.dropout(self.feed_forward(vectors)))
        return join(self.feed_forward_norm(vectors + thought), mask)


class PreNormLayer(nn.Module):
    """(N, T, D + 1) -> the same shape, norm before the sum.  `last_norm` stands behind the last
    layer.  Houlsby's adapters find the same places as in a BERT layer: before the sums."""

    def __init__(
        self,
        attention: nn.Module,
        feed_forward: nn.Module,
        norms: tuple[nn.Module, nn.Module],
        dropout: float,
        last_norm: nn.Module | None,
    ) -> None:
        super().__init__()
        self.attention_norm, self.attention = norms[0], attention
        self.after_attention: nn.Module = nn.Identity()
        self.feed_forward_norm, self.feed_forward = norms[1], feed_forward
        self.after_feed_forward: nn.Module = nn.Identity()
        self.dropout = nn.Dropout(dropout)
        self.last_norm = last_norm

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        vectors, mask = part(x)
        gathered = self.attention(self.attention_norm(vectors), mask)
        vectors = vectors + self.after_attention(self.dropout(gathered))
        thought = self.feed_forward(self.feed_forward_norm(vectors))
        vectors = vectors + self.after_feed_forward(self.dropout(thought))
        if self.last_norm is not None:
            vectors = self.last_norm(vectors)
        return join(vectors, mask)
