"""Backbones that read texts, by name: their blocks, their weights, their tokenizers."""

from __future__ import annotations

from typing import Any

from tlcore.networks.assembly import made
from tlcore.networks.backbone import Backbone
from tlcore.networks.text import hub_text, minilm, text_small

# Each has blocks(), read(), CHANNELS, INPUT and, for tlcore.networks.text.tokens, tokenizer().
MODELS: dict[str, Any] = {"minilm": minilm, **text_small.MODELS, **hub_text.MODELS}


def build(name: str, pretrained: bool, seed: int) -> Backbone:
    """Raises UserError: weights.not_installed, weights.package_damaged; of the hub's models
    hub.absent, hub.record, weights.set_aside."""
    return made(name, MODELS[name], pretrained, seed)
