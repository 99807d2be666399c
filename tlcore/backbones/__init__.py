"""Backbones by name: `build` gives the blocks, with pre-trained or with random weights."""

from __future__ import annotations

from tlcore import catalog, seeds
from tlcore.backbones import clothing, photo
from tlcore.backbones.backbone import Backbone, InputSpec, prepare
from tlcore.backbones.weights import read_embedded
from tlcore.errors import UserError

__all__ = ["EMBEDDED", "Backbone", "InputSpec", "build", "prepare"]

RANDOM = "random"
EMBEDDED = {"clothing": clothing, "photo": photo}  # of this project: weights in assets/


def build(name: str, pretrained: bool = True, seed: int = 0) -> Backbone:
    """The backbone of a catalogue row, in fp32 on the CPU, in training mode.

    With `pretrained=False` the weights are random and depend on `seed` only.  Nothing is
    downloaded here: `tlcore.downloads` does that, in a run of its own.

    Raises UserError: backbone.unknown, weights.damaged (embedded), weights.absent and
    weights.set_aside (downloaded).
    """
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
    catalog.backbone(name)  # a name that nobody knows is told before torchvision is imported: 0.8 s
    from tlcore.backbones import torchvision_models

    return torchvision_models.build(name, pretrained, seed)
