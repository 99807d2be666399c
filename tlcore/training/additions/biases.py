"""BitFit: of a block only its biases learn (Ben Zaken, Goldberg & Ravfogel 2022, arXiv:2106.10199).

    y = W x + b,   norm(x) * g + b        every b learns, W and g stay as they were

Nothing is added: what learns is the block's own, one number for each output of a layer that has a
bias.  In a convolutional network those are nearly all batch-norm's shifts, for a convolution before
a norm has none.  Swin's table of relative positions is called a bias, but is added to no output.
"""

from __future__ import annotations

import torch
from torch import nn


def fitted(block: nn.Module, channels: int) -> nn.Module:
    """The block as it is: nothing is added."""
    return block


def additions(block: nn.Module) -> nn.ParameterList:
    """Its biases in order, attention's `in_proj_bias` among them; the same, not copies."""
    return nn.ParameterList(
        weight for name, weight in block.named_parameters() if name.endswith("bias")
    )


def counted(block: nn.Module, channels: int) -> tuple[int, int]:
    """Numbers that are added, none, and those of the block's biases."""
    return 0, sum(bias.numel() for bias in additions(block))


def moved(block: nn.Module) -> list[torch.Tensor]:
    """What its distance from the start is taken over."""
    return [bias.detach() for bias in additions(block)]
