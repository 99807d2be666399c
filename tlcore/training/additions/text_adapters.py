"""Houlsby's adapters in a layer of a text encoder (Houlsby et al. 2019, arXiv:1902.00751).

Two bottlenecks a layer, one behind the attention and one behind the feed-forward part, each before
the sum with what came in:

    y -> y + up(gelu(down(y)))        2 m d + d + m numbers, of width d and bottleneck m

Learning with them, as in the paper: the two layer norms of each layer, 2 d numbers each, and the
head.  All other weights stay as they were.  The embeddings get none.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

PLACES = ("after_attention", "after_feed_forward")  # tlcore.networks.text.text_blocks.EncoderLayer
NORMS = ("attention_norm", "feed_forward_norm")
SHARE = 8  # the bottleneck is an eighth of the width, as tlcore.training.additions.adapters has it
START = 1e-2  # spread of the weights at the start: nearly the identity


class Bottleneck(nn.Module):
    """(..., D) -> the same shape: down to a few numbers, gelu, up again, added."""

    def __init__(self, width: int, narrow: int) -> None:
        super().__init__()
        self.down = nn.Linear(width, narrow)
        self.up = nn.Linear(narrow, width)
        nn.init.trunc_normal_(self.down.weight, std=START, a=-2 * START, b=2 * START)
        for still in (self.down.bias, *self.up.parameters()):
            nn.init.zeros_(still)  # exactly the identity: what is added changes nothing yet

    def forward(self, y: torch.Tensor) -> torch.Tensor:
        added: torch.Tensor = self.up(F.gelu(self.down(y)))
        return y + added


def narrow(width: int) -> int:
    """The bottleneck m of a layer of width d."""
    return max(4, width // SHARE)


def fits(block: nn.Module) -> bool:
    """Whether the block has the two places."""
    return all(hasattr(block, place) for place in PLACES)


def add(block: nn.Module, width: int) -> None:
    """Into both places of a layer, in place; a block that has none, as embeddings, is left."""
    for place in PLACES if fits(block) else ():
        setattr(block, place, Bottleneck(width, narrow(width)))


def fitted(block: nn.Module, channels: int) -> nn.Module:
    """The layer of width `channels`, with its bottlenecks."""
    add(block, channels)
    return block


def additions(block: nn.Module) -> nn.ModuleList:
    """What of the layer learns: both bottlenecks and both norms; nothing before `add`."""
    if not all(isinstance(getattr(block, place, None), Bottleneck) for place in PLACES):
        return nn.ModuleList()
    return nn.ModuleList(getattr(block, name) for name in (*PLACES, *NORMS))


def size(width: int) -> int:
    """How many numbers `add` adds to a layer: the paper's 2 m d + d + m, twice."""
    m = narrow(width)
    return 2 * (2 * m * width + width + m)


def counted(block: nn.Module, channels: int) -> tuple[int, int]:
    """Numbers that `add` adds, and those of both norms; nothing where it has no place."""
    if not fits(block):
        return 0, 0
    norms = (block.get_submodule(name) for name in NORMS)
    return size(channels), sum(weight.numel() for norm in norms for weight in norm.parameters())


def learning(width: int) -> int:
    """How many numbers of a layer learn: those added, and the two norms' weights and biases."""
    return size(width) + 2 * 2 * width
