"""ELMo in small: a language model from the left, one from the right, one table of words."""

from __future__ import annotations

import torch
from torch import nn

from tlcore.data.texts.tokenizer import ENTRIES
from tlcore.networks.language.layers import BothWays
from tlcore.networks.language.word_tables import WIDTH, Table


class TwoWay(nn.Module):
    """Two language models that share what a word is by itself."""

    def __init__(self, width: int = WIDTH, layers: int = 2) -> None:
        super().__init__()
        self.words = Table(ENTRIES, width)
        self.layers = nn.ModuleList(BothWays(width) for _ in range(layers))
        self.bias = nn.Parameter(torch.zeros(ENTRIES))

    def scores(self, half: torch.Tensor) -> torch.Tensor:
        """(P, width) of one direction: (P, ENTRIES)."""
        return nn.functional.linear(half, self.words.weight, self.bias)


class Twice(nn.Module):
    """One vector for both directions to start from."""

    def __init__(self, words: nn.Module) -> None:
        super().__init__()
        self.words = words

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        vectors: torch.Tensor = self.words(ids)
        return torch.cat([vectors, vectors], dim=-1)
