"""What is counted of every block for the catalogue, whatever passes through it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode


def passed(
    blocks: nn.Sequential, x: torch.Tensor
) -> Iterator[tuple[dict[str, Any], nn.Module, torch.Tensor]]:
    """Block after block: its row (name, parameters, multiply-adds), the block and its output;
    in evaluation mode, as they were before when all have been passed.

    Multiply-adds are those of convolutions, linear layers and the two matrix products of
    attention; norms, activations and pooling are not counted.
    """
    was_training = blocks.training
    blocks.eval()
    try:
        for name, block in blocks.named_children():
            with torch.no_grad(), FlopCounterMode(display=False) as counter:
                x = block(x)
            row = {
                "name": name,
                "parameters": sum(p.numel() for p in block.parameters()),
                "macs": counter.get_total_flops() // 2,  # it counts both halves
            }
            yield row, block, x
    finally:
        blocks.train(was_training)
