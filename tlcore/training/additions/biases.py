"""BitFit: of a block only its biases learn (Ben Zaken, Goldberg & Ravfogel 2022, arXiv:2106.10199).

    y = W x + b,   norm(x) * g + b        every b learns, W and g stay as they were

Nothing is added: what learns is the block's own, one number for each output of a layer that has a
bias.  In a convolutional network those are nearly all batch-norm's shifts, for a convolution before
a norm has none; its running statistics stay, for a block of which a part learns is in eval mode.
Tables that are called a bias and have two dimensions (Swin's of relative positions, XLNet's for
queries) are weights: added to no layer's output, and they decay.
"""

from __future__ import annotations

import torch
from torch import nn


def fitted(block: nn.Module, channels: int) -> nn.Module:
    """The block as it is: nothing is added."""
    return block


def is_bias(name: str, weight: torch.Tensor) -> bool:
    """By its own name, an LSTM's `bias_ih_l0` and attention's `in_proj_bias` among them."""
    return weight.ndim == 1 and "bias" in name.rpartition(".")[2]


def additions(block: nn.Module) -> nn.ParameterList:
    """Its biases in order; the same, not copies."""
    return nn.ParameterList(w for name, w in block.named_parameters() if is_bias(name, w))


def counted(block: nn.Module, channels: int) -> tuple[int, int]:
    """Numbers that are added, none, and those of the block's biases."""
    return 0, sum(bias.numel() for bias in additions(block))


TAKEN = (is_bias,)  # by an exported file, beside `additions`
