"""Backbones that read texts, by name: their blocks, their weights, their tokenizers."""

from __future__ import annotations

from typing import Any

import torch

from tlcore.networks import seeds
from tlcore.networks.backbone import Backbone
from tlcore.networks.text import hub_text, minilm, text_small

RANDOM = "random"
# Each has blocks(), read(), CHANNELS, INPUT and, for tlcore.networks.text.tokens, tokenizer().
MODELS: dict[str, Any] = {"minilm": minilm, **text_small.MODELS, **hub_text.MODELS}


def build(name: str, pretrained: bool, seed: int) -> Backbone:
    """Raises UserError: weights.not_installed, weights.package_damaged; of the hub's models
    hub.absent, hub.record, weights.set_aside."""
    module = MODELS[name]
    named = RANDOM
    if pretrained:
        state, named = module.read()
        with torch.device("meta"):  # shapes only: random weights are not drawn to be replaced
            blocks = module.blocks()
        blocks.load_state_dict(state, assign=True)
    else:
        with seeds.fork(seed, "backbone", name):
            blocks = module.blocks()
    return Backbone(name, blocks, module.CHANNELS, module.INPUT, named)
