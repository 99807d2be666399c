"""Backbones by name: `build` gives the blocks, with pre-trained or with random weights."""

from __future__ import annotations

from tlcore import catalog, seeds
from tlcore.backbones import clothing
from tlcore.backbones.backbone import Backbone, InputSpec, prepare
from tlcore.backbones.weights import FETCH_SECONDS, read_embedded

__all__ = ["Backbone", "InputSpec", "build", "prepare"]

RANDOM = "random"


def build(
    name: str, pretrained: bool = True, seed: int = 0, fetch_seconds: float = FETCH_SECONDS
) -> Backbone:
    """The backbone of a catalogue row, in fp32 on the CPU, in training mode.

    With `pretrained=False` the weights are random and depend on `seed` only.  Weights that are
    not embedded are downloaded once; a network that is silent for `fetch_seconds` is given up.

    Raises UserError: backbone.unknown, weights.damaged (embedded), weights.set_aside (downloaded),
    weights.no_network, weights.wrong_answer, store.full, store.unwritable.
    """
    row = catalog.backbone(name)
    if row.weights == "embedded":
        with seeds.fork(seed, "backbone", name):
            blocks = clothing.blocks()
        named = RANDOM
        if pretrained:
            state, named = read_embedded(name)
            blocks.load_state_dict(state)
        return Backbone(name, blocks, clothing.CHANNELS, clothing.INPUT, named)
    from tlcore.backbones import resnet  # torchvision takes 0.8 s to import

    return resnet.build(name, row.weights, pretrained, seed, fetch_seconds)
