"""What the exported files take from the code that ran, by the name with which a template asks.

The functions and classes themselves, not their modules' paths: a file that moves takes its name
along, and what a template needs and nobody has is a failed import.  What a way of learning adds is
told by its own module (`TAKEN`, tlcore.training.transfer.parts).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tlcore.data.own import picture
from tlcore.networks import backbone, seeds
from tlcore.networks.vision import (
    convnext,
    efficientnet,
    grouping,
    lite,
    mobilenet,
    own_weights,
    residual,
    resnet,
    squeeze,
    swin,
    vgg,
    vit,
)
from tlcore.training import rates
from tlcore.training.engine import augment, batches, norm_statistics, optimizer, solve, uncorrected
from tlcore.training.transfer import plan

Taken = tuple[Callable[..., Any], ...]

TAKEN: dict[str, Taken] = {
    "draws": (
        *(seeds.derive, seeds.generator),
        *(batches.sizes, batches.order, batches.deal, batches.in_order),
    ),
    "views": (
        *(augment.reach, augment._draws, augment._parts, augment._by_view, augment._cropped),
        *(augment.view_numbers, augment.show),
    ),
    "begin": (own_weights.begin,),
    "prepare": (backbone.prepare,),
    "new_head": (plan.Standardise, plan.new_head),
    "norms": (norm_statistics.norms, norm_statistics.measure),
    "solve": (solve.solve, solve.put),
    "pull": (optimizer.pull,),
    "wake": (plan.wake,),
    "uncorrected": (uncorrected.Uncorrected,),
    "pace": (rates.pace, rates._half_cosine),
    "small": (picture.is_whole, picture._small, picture._resizable),
}
OWN: Taken = (residual.BasicBlock, residual.row)  # what makes the blocks of a network of ours
SQUEEZE: Taken = (squeeze.Squeeze, squeeze.SqueezeBlock)
LITE: Taken = (lite.SameConv2d, lite.ConvNorm, lite.Bottleneck, lite.row)
FAMILIES: dict[str, Taken] = {  # the same of torchvision's
    "ResNet": (grouping.grouped, resnet.cut),
    "VGG": (vgg.cut,),
    "EfficientNet": (grouping.grouped, efficientnet.cut),
    "MobileNetV3": (mobilenet.cut,),
    "ConvNeXt": (convnext.cut,),
    "ViT": (vit.Tokens, vit.OnTokens, vit.cut),
    "Swin": (swin.Permute, swin.cut),
}
