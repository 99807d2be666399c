"""Weights that a module of torchvision owns itself, without a way to make them anew."""

from __future__ import annotations

import torch
from torch import nn


def begin(name: str, weight: torch.Tensor) -> bool:
    """New values for the parameter `name` as torchvision 0.28 begins it; False where unknown."""
    if name == "layer_scale":  # ConvNeXt: each block begins as almost nothing
        nn.init.constant_(weight, 1e-6)
    elif name == "class_token":  # ViT
        nn.init.zeros_(weight)
    elif name == "pos_embedding":  # ViT
        nn.init.normal_(weight, std=0.02)
    elif name == "relative_position_bias_table":  # Swin
        nn.init.trunc_normal_(weight, std=0.02)
    else:
        return False
    return True
