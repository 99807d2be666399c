"""LoRA: frozen weights and a small addition that learns (Hu et al. 2021, arXiv:2106.09685).

    W  ->  W + alpha / r * B A        A: (r, in) random, B: (out, r) zero at the start

W stays as it was pre-trained; of an addition of rank r only r * (in + out) numbers learn.  The sum
is formed before the layer computes with it (torch's parametrisation), because attention reads its
layers' weights and never calls them.  So a step costs no less than a full fine-tune's
(1.0 times it with `photo`, 1.1 with `clothing`, batch 32, fp32, one core); what is small is what
the optimiser holds.  Rank, alpha and the start of A are those of the library `peft`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import nn
from torch.nn.utils import parametrize

from tlcore.ground.recipe import RANK

ALPHA = 8.0


class LowRank(nn.Module):
    """A weight (out, ...) -> the same plus alpha / r * B A, of rank r over (out, all the rest)."""

    def __init__(self, weight: torch.Tensor) -> None:
        super().__init__()
        self.a = nn.Parameter(weight.new_empty(RANK, weight[0].numel()))
        self.b = nn.Parameter(weight.new_zeros(len(weight), RANK))
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        return weight + ALPHA / RANK * (self.b @ self.a).view(weight.shape)


def matrices(block: nn.Module) -> Iterator[tuple[nn.Module, str]]:
    """(layer, name of its weight): linear layers, convolutions that are not grouped, and the one
    matrix with which attention makes queries, keys and values."""
    for layer in block.modules():
        if isinstance(layer, nn.Linear) or (isinstance(layer, nn.Conv2d) and layer.groups == 1):
            yield layer, "weight"
        elif isinstance(layer, nn.MultiheadAttention):
            yield layer, "in_proj_weight"


def add(block: nn.Module) -> None:
    """To every matrix of the block, in place; the block computes what it did before."""
    for layer, name in list(matrices(block)):
        weight = layer.get_parameter(name)
        parametrize.register_parametrization(layer, name, LowRank(weight))


def fitted(block: nn.Module, channels: int) -> nn.Module:
    """The block, with its additions; whatever its channels are."""
    add(block)
    return block


def additions(block: nn.Module) -> nn.ModuleList:
    """What was added to a block, in order."""
    return nn.ModuleList(part for part in block.modules() if isinstance(part, LowRank))


def sums(layer: nn.Module) -> list[str]:
    """Names of this layer's own weights to which something is added."""
    if not parametrize.is_parametrized(layer):
        return []
    return [name for name, _ in layer.get_submodule("parametrizations").named_children()]


def merge(blocks: nn.Module) -> None:
    """Each sum becomes the weight, in place: afterwards nothing tells that it was once two parts.

    A layer's other parameters are put behind its weight again, as they were made.  Not for a
    deep copy whose original is still in use: torch takes apart the class that both share.
    """
    for layer in list(blocks.modules()):
        for name in sums(layer):
            others = list(layer.named_parameters(recurse=False))
            parametrize.remove_parametrizations(layer, name)
            for other, own in others:
                delattr(layer, other)
                layer.register_parameter(other, own)


def counted(block: nn.Module, channels: int) -> tuple[int, int]:
    """Numbers that `add` adds, and numbers of the block's own that learn: none."""
    return size(block), 0


def size(block: nn.Module) -> int:
    """How many numbers learn in what `add` adds to a block."""
    weights = [layer.get_parameter(name) for layer, name in matrices(block)]
    return sum(RANK * (len(weight) + weight[0].numel()) for weight in weights)


TAKEN = (LowRank, matrices, add, fitted, sums, merge)  # by an exported file, beside `additions`
