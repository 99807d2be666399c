"""Layers of language models as blocks of a backbone.

Between blocks flows one tensor (N, T, D + 1): the vectors of the words and, as last channel, the
mask, 1 for a word and 0 for padding.  No block depends on anything else, so that any of them can
be frozen, cached or cut off.  The layers are transformers' own; attention is its plain ("eager")
form, which adds a mask to the scores: 0 where a word may look, the smallest number where not.
"""

from __future__ import annotations

import torch
from torch import nn

from tlcore.data.texts.reading import PAD
from tlcore.networks.text.text_blocks import join, part


def parted(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """(N, T, D + 1): vectors (N, T, D) and mask (N, T), true for words."""
    vectors, mask = part(x)
    return vectors, mask > 0


class Words(nn.Module):
    """Numbers of pieces (N, T) to vectors; `places`: a vector for each position, added."""

    def __init__(self, words: nn.Module, places: nn.Embedding | None = None) -> None:
        super().__init__()
        self.words, self.places = words, places

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        vectors: torch.Tensor = self.words(ids)
        if self.places is not None:
            vectors = vectors + self.places(torch.arange(ids.shape[1], device=ids.device))
        return join(vectors, ids != PAD)


class Layer(nn.Module):
    """A layer of BERT, GPT-2 or T5's encoder; `after`: the norm behind the last one."""

    def __init__(
        self, layer: nn.Module, causal: bool = False, after: nn.Module | None = None
    ) -> None:
        super().__init__()
        self.layer, self.causal, self.after = layer, causal, after

    def allowed(self, mask: torch.Tensor) -> torch.Tensor:
        """What each position may look at: (N, 1, T, T), or (N, 1, 1, T) where all see the same."""
        seen = mask[:, None, None, :]
        if self.causal:
            many = mask.shape[1]
            seen = seen & torch.ones(many, many, dtype=torch.bool, device=mask.device).tril()
        return seen

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        vectors, mask = parted(x)
        least = torch.finfo(vectors.dtype).min
        added = vectors.new_zeros(()).masked_fill(~self.allowed(mask), least)
        vectors = self.layer(vectors, attention_mask=added)
        if self.after is not None:
            vectors = self.after(vectors)
        return join(vectors, mask)


class Relative(nn.Module):
    """A layer of XLNet: positions come in as distances, computed here; time is its first axis."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        vectors, mask = parted(x)
        hidden = ~mask[:, None, :].expand(-1, mask.shape[1], -1)
        h, _ = self.streams(vectors, None, hidden)
        return join(h, mask)

    def streams(
        self, h: torch.Tensor, g: torch.Tensor | None, hidden: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Content h and query g, (N, T, D) each (Yang et al. 2019, arXiv:1906.08237, section 2.3).

        hidden[n, i, j]: position i may not look at j.  The content stream always sees itself.
        """
        many = h.shape[1]
        unseen = hidden.permute(1, 2, 0).unsqueeze(-1).to(h.dtype)  # (i, j, N, 1)
        itself = torch.eye(many, device=h.device, dtype=h.dtype)[:, :, None, None]
        told = self.layer(
            h.transpose(0, 1),
            None if g is None else g.transpose(0, 1),
            attn_mask_h=(unseen - itself).clamp(min=0),
            attn_mask_g=unseen,
            r=distances(many, h.shape[2]).to(h),
            seg_mat=None,
        )
        h, g = told[:2]
        return h.transpose(0, 1), None if g is None else g.transpose(0, 1)


def distances(many: int, width: int) -> torch.Tensor:
    """(2T, 1, D): sines and cosines of the distances T ... -T + 1, as XLNet makes them."""
    rate = 1 / torch.pow(10000, torch.arange(0, width, 2.0) / width)
    turns = torch.arange(many, -many, -1.0)[:, None] * rate
    return torch.cat([turns.sin(), turns.cos()], dim=-1)[:, None, :]


class BothWays(nn.Module):
    """A layer of a bidirectional language model: two LSTMs that know nothing of each other.

    The first half of the channels has read from the left, the second half from the right (Peters
    et al. 2018, arXiv:1802.05365, section 3.1).  What came in is added, as in ELMo.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.onward = nn.LSTM(width, width, batch_first=True)
        self.back = nn.LSTM(width, width, batch_first=True)

    def train(self, mode: bool = True) -> BothWays:
        """An LSTM without dropout computes the same in both modes, but cuDNN goes back through it
        in training mode only: in a layer that stays in eval mode its biases could not learn."""
        super().train(mode)
        for lstm in (self.onward, self.back):
            lstm.train()
        return self

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        vectors, mask = parted(x)
        left, right = vectors.chunk(2, dim=-1)
        turn = turned(mask)[..., None].expand_as(right)
        left = left + self.onward(left)[0]
        right = right + self.back(right.gather(1, turn))[0].gather(1, turn)
        return join(torch.cat([left, right], dim=-1), mask)


def turned(mask: torch.Tensor) -> torch.Tensor:
    """(N, T): the place of each word when its row is read backwards; padding stays behind."""
    place = torch.arange(mask.shape[1], device=mask.device).expand_as(mask)
    back = mask.sum(1, keepdim=True) - 1 - place
    return torch.where(mask, back, place)
