"""The blocks of XLNet, read with all words visible: positions come in as distances.

Yang et al. 2019, arXiv:1906.08237; the scores are those of Transformer-XL (Dai et al. 2019,
arXiv:1901.02860, section 3.3).  What tells two segments apart is left out: all texts here are first
ones, and then it adds nothing.  XLNet's matrices (D, heads, D / heads) are read as linear layers,
so that LoRA finds them.  With the same weights the blocks answer what transformers' XLNetModel does
(tests/tlcore/networks/text/test_hub_blocks.py).
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from tlcore.networks.text.span_blocks import Plain
from tlcore.networks.text.text_blocks import EncoderLayer, begin


def distances(many: int, width: int) -> torch.Tensor:
    """(2T - 1, D): sines and cosines of the distances T - 1 ... -T + 1."""
    rate = 1 / torch.pow(10000, torch.arange(0, width, 2.0) / width)
    turns = torch.arange(many - 1, -many, -1.0)[:, None] * rate
    return torch.cat([turns.sin(), turns.cos()], dim=-1)


class RelativeAttention(nn.Module):
    """(N, T, D) and mask (N, T) -> (N, T, D).  Two scores are added: of what two words are, and of
    how far apart they stand."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.query = Plain(width, width)
        self.key = Plain(width, width)
        self.value = Plain(width, width)
        self.away = Plain(width, width)  # of distances
        self.out = Plain(width, width)
        self.by_word = nn.Parameter(torch.empty(heads, width // heads))
        self.by_distance = nn.Parameter(torch.empty(heads, width // heads))
        self.heads, self.dropout = heads, dropout
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Of the two rows of its own; its matrices begin by themselves."""
        begin(self.by_word)
        begin(self.by_distance)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        many = x.shape[1]
        query, key, value = (
            made(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)  # (N, heads, T, D / heads)
            for made in (self.query, self.key, self.value)
        )
        away = self.away(distances(many, x.shape[2]).to(x)).unflatten(-1, (self.heads, -1))
        far = (query + self.by_distance[:, None]) @ away.permute(1, 2, 0)  # (N, heads, T, 2T - 1)
        # Column 0 is the distance T - 1; of place i and word j the distance is i - j.
        place = torch.arange(many, device=x.device)
        column = many - 1 - place[:, None] + place[None, :]
        far = far.gather(-1, column.expand(*far.shape[:2], -1, -1))
        added = far * (query.shape[-1] ** -0.5)
        # A word sees itself even where it only fills up, as in transformers.
        hidden = (mask[:, None, None, :] <= 0) & (place[:, None] != place[None, :])
        added = added.masked_fill(hidden, torch.finfo(x.dtype).min)
        gathered = F.scaled_dot_product_attention(
            query + self.by_word[:, None],
            key,
            value,
            attn_mask=added,
            dropout_p=self.dropout if self.training else 0.0,
        )
        found: torch.Tensor = self.out(gathered.transpose(1, 2).flatten(2))
        return found


class RelativeLayer(EncoderLayer):
    """(N, T, D + 1) -> the same shape; norm after the sum, as in BERT."""

    def _attention(self, width: int, heads: int, dropout: float) -> nn.Module:
        return RelativeAttention(width, heads, dropout)
