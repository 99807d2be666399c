"""How a head reads what lies under it: the average over a map or over words, or the last word.

Both can be done twice and change nothing the second time, so that what is stored behind blocks
that are all frozen is the average, and the same head reads it.
"""

from __future__ import annotations

import torch
from torch import nn

from tlcore.networks.backbone import InputSpec, TextInput
from tlcore.networks.text.text_blocks import join, last_token, mean_over_words, part


class MeanOfWords(nn.Module):
    """(N, T, D + 1) -> (N, 1, D + 1): the mean over the words of a text, as its one word."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        mean = mean_over_words(x).unsqueeze(1)
        return join(mean, torch.ones_like(mean[..., 0]))


class LastWord(nn.Module):
    """(N, T, D + 1) -> (N, 1, D + 1): the last word of a text, as its one word."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        last = last_token(x).unsqueeze(1)
        return join(last, torch.ones_like(last[..., 0]))


class WithoutMask(nn.Module):
    """(N, 1, D + 1) -> (N, D)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return part(x)[0].flatten(1)


def fit(head: nn.Sequential, spec: InputSpec) -> None:
    """A head for pictures, in place, to what lies under it: of a text it averages the words, or
    takes the last."""
    if isinstance(spec, TextInput):
        pool = LastWord() if spec.pooled == "last" else MeanOfWords()
        head.pool, head.flatten = pool, WithoutMask()
