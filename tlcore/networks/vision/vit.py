"""Vision transformers of torchvision: tokens as a map of one column, (N, C, 1 + patches, 1).

Row 0 is the class token, the others are the patches, line by line.  The last block is the final
norm and the class token alone, (N, C, 1, 1): what torchvision's own classifier reads.  A head on
an earlier block reads the mean over all tokens.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import torch
from torch import nn


class Tokens(nn.Module):
    """Pictures (N, 3, H, W) -> a token for each patch and one for the class, with positions."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.conv_proj = model.conv_proj
        self.class_token = model.class_token
        self.pos_embedding = model.encoder.pos_embedding
        self.dropout = model.encoder.dropout

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        patches: torch.Tensor = self.conv_proj(x).flatten(2).transpose(1, 2)  # (N, patches, C)
        tokens = torch.cat([self.class_token.expand(len(x), -1, -1), patches], dim=1)
        seen: torch.Tensor = self.dropout(tokens + self.pos_embedding)
        return seen.transpose(1, 2).unsqueeze(-1)


class OnTokens(nn.Module):
    """A layer on (N, tokens, C), between maps of one column."""

    def __init__(self, layer: nn.Module, class_only: bool = False) -> None:
        super().__init__()
        self.layer = layer
        self.class_only = class_only

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        tokens: torch.Tensor = self.layer(x.squeeze(-1).transpose(1, 2))
        if self.class_only:
            tokens = tokens[:, :1]
        return tokens.transpose(1, 2).unsqueeze(-1)


def cut(model: Any) -> nn.Sequential:
    """patches, layer1, layer2, ..., class_token."""
    named: OrderedDict[str, nn.Module] = OrderedDict(patches=Tokens(model))
    for number, layer in enumerate(model.encoder.layers, start=1):
        named[f"layer{number}"] = OnTokens(layer)
    named["class_token"] = OnTokens(model.encoder.ln, class_only=True)
    return nn.Sequential(named)
