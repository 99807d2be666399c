"""Backbones of torchvision: which weights the app offers, and how each family is cut into blocks.

Blocks and torchvision's own last linear layer give exactly the whole model's answer; a test holds
it for every row.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import torch
from torch import nn

from tlcore import catalog
from tlcore.networks import seeds, torchvision_import
from tlcore.networks.backbone import RANDOM, Backbone, InputSpec
from tlcore.networks.vision import convnext, efficientnet, mobilenet, resnet, swin, vgg, vit
from tlcore.networks.weights import read_torchvision


@dataclass(frozen=True)
class Family:
    name: str
    module: ModuleType  # whose `cut` makes the blocks
    paper: str  # at arXiv, the one that torchvision's own documentation names

    @property
    def year(self) -> int:
        """Of the paper: arXiv's numbers begin with year and month."""
        return 2000 + int(self.paper.rpartition("/")[2][:2])


RESNET = Family("ResNet", resnet, "https://arxiv.org/abs/1512.03385")
VGG = Family("VGG", vgg, "https://arxiv.org/abs/1409.1556")
EFFICIENTNET = Family("EfficientNet", efficientnet, "https://arxiv.org/abs/1905.11946")
MOBILENET = Family("MobileNetV3", mobilenet, "https://arxiv.org/abs/1905.02244")
CONVNEXT = Family("ConvNeXt", convnext, "https://arxiv.org/abs/2201.03545")
VIT = Family("ViT", vit, "https://arxiv.org/abs/2010.11929")
SWIN = Family("Swin", swin, "https://arxiv.org/abs/2103.14030")

MODELS = {  # id, which is torchvision's name of the model: family and weights
    "resnet18": (RESNET, "ResNet18_Weights.IMAGENET1K_V1"),
    "resnet50": (RESNET, "ResNet50_Weights.IMAGENET1K_V2"),
    "resnet152": (RESNET, "ResNet152_Weights.IMAGENET1K_V2"),
    "vgg16": (VGG, "VGG16_Weights.IMAGENET1K_V1"),
    "efficientnet_b0": (EFFICIENTNET, "EfficientNet_B0_Weights.IMAGENET1K_V1"),
    "efficientnet_b4": (EFFICIENTNET, "EfficientNet_B4_Weights.IMAGENET1K_V1"),
    "mobilenet_v3_large": (MOBILENET, "MobileNet_V3_Large_Weights.IMAGENET1K_V2"),
    "convnext_tiny": (CONVNEXT, "ConvNeXt_Tiny_Weights.IMAGENET1K_V1"),
    "vit_b_16": (VIT, "ViT_B_16_Weights.IMAGENET1K_V1"),
    "swin_t": (SWIN, "Swin_T_Weights.IMAGENET1K_V1"),
}


def build(
    name: str, pretrained: bool, seed: int, row: catalog.BackboneRow | None = None
) -> Backbone:
    """`row` stands in for the catalogue's (other weights of the same model).

    Raises UserError: weights.absent (backbone, megabytes), weights.set_aside (file).
    """
    row = row or catalog.backbone(name)
    named = RANDOM
    if pretrained:
        state, named = read_torchvision(row)
        with torch.device("meta"):  # shapes only: random weights are not drawn to be replaced
            model = whole(name, seed)
        model.load_state_dict(state, assign=True)
    else:
        model = whole(name, seed)
    channels = tuple(block.channels for block in row.blocks)
    return Backbone(name, cut(name, model), channels, input_of(weights_of(name)), named)


def whole(name: str, seed: int) -> Any:
    """torchvision's own model with random weights that depend on `seed` only."""
    torchvision_import.ensure()
    from torchvision import models

    with seeds.fork(seed, "backbone", name):
        return models.get_model(name, weights=None)


def cut(name: str, model: Any) -> nn.Sequential:
    """The blocks of `model`, a torchvision model called `name`: the same modules, not copies."""
    blocks: nn.Sequential = MODELS[name][0].module.cut(model)
    return blocks


def classifier(model: nn.Module) -> nn.Linear:
    """torchvision's own last layer, which answers with the 1,000 classes of ImageNet."""
    return [module for module in model.modules() if isinstance(module, nn.Linear)][-1]


def weights_of(name: str) -> Any:
    """torchvision's entry for the weights: address, metrics, recipe, transforms."""
    torchvision_import.ensure()
    from torchvision import models

    return models.get_weight(MODELS[name][1])


def input_of(weights: Any) -> InputSpec:
    preset = weights.transforms()
    return InputSpec(preset.crop_size[0], 3, tuple(preset.mean), tuple(preset.std))
