"""Backbones by name: `build` gives the blocks, with pre-trained or with random weights."""

from __future__ import annotations

from dataclasses import replace

from tlcore import catalog
from tlcore.catalog import nursery
from tlcore.ground.errors import UserError
from tlcore.networks import seeds
from tlcore.networks.backbone import RANDOM, Backbone, InputSpec, TextInput, prepare
from tlcore.networks.text import text_models
from tlcore.networks.vision import clothing, grown, lite_models, photo
from tlcore.networks.weights import read_embedded, read_grown

__all__ = ["EMBEDDED", "Backbone", "InputSpec", "TextInput", "build", "prepare"]

# Of this project: weights in assets/, or in the folder of a reader's run.
EMBEDDED = {"clothing": clothing, "photo": photo, nursery.KIND: grown}


def build(name: str, pretrained: bool = True, seed: int = 0, side: int | None = None) -> Backbone:
    """The backbone of a catalogue row, in fp32 on the CPU, in training mode.

    With `pretrained=False` the weights are random and depend on `seed` only.  `side`: of the
    pictures it is shown, px, where that is not its usual one (BackboneRow.sides).  Nothing is
    downloaded here: `tlcore.experiments.fetch.run` does that, in a run of its own.

    Raises UserError: backbone.unknown, weights.damaged (embedded), backbone.gone (grown by a
    reader), weights.absent and weights.set_aside (downloaded), weights.not_installed and
    weights.package_damaged (of a package).
    """
    built = _built(name, pretrained, seed)
    return replace(built, input=replace(built.input, size=side)) if side else built


def _built(name: str, pretrained: bool, seed: int) -> Backbone:
    if nursery.is_grown(name):
        return _grown(name, pretrained, seed)
    if name in EMBEDDED:
        module = EMBEDDED[name]
        with seeds.fork(seed, "backbone", name):
            blocks = module.blocks()
        named = RANDOM
        if pretrained:
            state, named = read_embedded(name)
            try:
                blocks.load_state_dict(state)
            except RuntimeError:  # weights of another version of the network
                raise UserError("weights.damaged", file=f"{name}.safetensors") from None
        return Backbone(name, blocks, module.CHANNELS, module.INPUT, named)
    if name in lite_models.MODELS:
        return lite_models.build(name, pretrained, seed)
    if name in text_models.MODELS:
        return text_models.build(name, pretrained, seed)
    catalog.backbone(name)  # a name that nobody knows is told before torchvision is imported: 0.8 s
    from tlcore.networks.vision import torchvision_models

    return torchvision_models.build(name, pretrained, seed)


def _grown(name: str, pretrained: bool, seed: int) -> Backbone:
    """From nothing it is the same network whoever's name it is asked by."""
    with seeds.fork(seed, "backbone", nursery.KIND):
        blocks = grown.blocks()
    named = RANDOM
    if pretrained:
        state, named = read_grown(name)
        blocks.load_state_dict(state)
    return Backbone(name, blocks, grown.CHANNELS, grown.INPUT, named)
