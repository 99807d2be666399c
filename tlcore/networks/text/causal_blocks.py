"""The blocks of GPT-2: each word looks at itself and at those before it, norm before the sum.

Radford et al. 2019, "Language Models are Unsupervised Multitask Learners".  GPT-2's own matrices
lie transposed ("Conv1D"); read from its file they are turned into linear layers, so that LoRA finds
them.  With the same weights the blocks answer what transformers' GPT2Model does
(tests/tlcore/networks/text/test_hub_blocks.py).
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from tlcore.networks.text.text_blocks import Linear, PreNormLayer, Table, join

EPSILON = 1e-5  # of its norms


class Placed(nn.Module):
    """Ids (N, T) -> (N, T, D + 1): the vector of each word plus that of its place."""

    def __init__(
        self, vocabulary: int, positions: int, width: int, pad: int, dropout: float
    ) -> None:
        super().__init__()
        self.word = Table(vocabulary, width)
        self.position = Table(positions, width)
        self.dropout = nn.Dropout(dropout)
        self.pad = pad

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        vectors = self.word(ids) + self.position.weight[: ids.shape[1]]
        return join(self.dropout(vectors), ids != self.pad)


class OnwardAttention(nn.Module):
    """(N, T, D) and mask (N, T) -> (N, T, D); queries, keys and values come from one matrix."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.into = Linear(width, 3 * width)
        self.out = Linear(width, width)
        self.heads, self.dropout = heads, dropout

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        query, key, value = (
            made.unflatten(-1, (self.heads, -1)).transpose(1, 2)  # (N, heads, T, D / heads)
            for made in self.into(x).chunk(3, dim=-1)
        )
        many = x.shape[1]
        ones = torch.ones(many, many, dtype=torch.bool, device=x.device)
        # Of padding nothing is seen; a place sees itself, so that no row of scores is empty.
        seen = (ones.tril() & (mask[:, None, None, :] > 0)) | ones.diag().diag()
        gathered = F.scaled_dot_product_attention(
            query, key, value, attn_mask=seen, dropout_p=self.dropout if self.training else 0.0
        )
        found: torch.Tensor = self.out(gathered.transpose(1, 2).flatten(2))
        return found


class Widened(nn.Module):
    """Each word by itself: wider, gelu (its tanh form), narrow again."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.expand = Linear(width, inner)
        self.contract = Linear(inner, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.contract(F.gelu(self.expand(x), approximate="tanh"))
        return found


class OnwardLayer(PreNormLayer):
    """`last`: with the norm that stands behind the last layer."""

    def __init__(self, width: int, heads: int, inner: int, dropout: float, last: bool) -> None:
        super().__init__(
            OnwardAttention(width, heads, dropout),
            Widened(width, inner),
            (nn.LayerNorm(width, EPSILON), nn.LayerNorm(width, EPSILON)),
            dropout,
            nn.LayerNorm(width, EPSILON) if last else None,
        )
