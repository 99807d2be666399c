"""catalog.json, computed from the built models: python -m tlcore catalogue.

Nothing is typed here that can be counted or read: parameters and multiply-adds from the blocks,
names, metrics and addresses from torchvision's own entries, the rest from cards of the assets.
"""

from __future__ import annotations

import json
from importlib import metadata
from typing import Any

import torch
from torch import nn

from tlcore.backbones import clothing, resnet
from tlcore.backbones.backbone import InputSpec
from tlcore.backbones.weights import card
from tlcore.catalog import FILE
from tlcore.data import digits, font_digits, garments

# Which torchvision weights the app offers.  Year and paper: He et al. 2015, arXiv:1512.03385.
RESNETS = {
    "resnet18": "ResNet18_Weights.IMAGENET1K_V1",
    "resnet50": "ResNet50_Weights.IMAGENET1K_V2",
}
RESNET_YEAR = 2015


def write() -> None:
    text = json.dumps(facts(), indent=1, ensure_ascii=False) + "\n"
    FILE.write_text(text, encoding="utf-8", newline="\n")


def facts() -> dict[str, Any]:
    backbones = [_clothing(), *(_resnet(name, enum) for name, enum in RESNETS.items())]
    return {"backbones": backbones, "datasets": [_garments(), _digits(), _font_digits()]}


def block_rows(blocks: nn.Sequential, spec: InputSpec) -> list[dict[str, Any]]:
    """For each block: parameters, multiply-adds of one picture, shape of the output.

    Multiply-adds are those of the convolutions; all else in these networks is below 1%.
    """
    macs: dict[str, int] = dict.fromkeys((name for name, _ in blocks.named_children()), 0)
    hooks = []
    for name, block in blocks.named_children():
        for module in block.modules():
            if isinstance(module, nn.Conv2d):
                hooks.append(module.register_forward_hook(_counter(macs, name)))
    rows = []
    x = torch.zeros(1, spec.channels, spec.size, spec.size)
    was_training = blocks.training
    blocks.eval()
    try:
        with torch.no_grad():
            for name, block in blocks.named_children():
                x = block(x)
                parameters = sum(p.numel() for p in block.parameters())
                rows.append(
                    {
                        "name": name,
                        "parameters": parameters,
                        "macs": macs[name],
                        "channels": x.shape[1],
                        "size": x.shape[-1],
                    }
                )
    finally:
        blocks.train(was_training)
        for hook in hooks:
            hook.remove()
    return rows


def _counter(macs: dict[str, int], name: str) -> Any:
    def count(module: nn.Conv2d, _: Any, output: torch.Tensor) -> None:
        side = module.kernel_size[0] * module.kernel_size[1]
        macs[name] += output[0].numel() * side * module.in_channels // module.groups

    return count


def _clothing() -> dict[str, Any]:
    known = card("clothing")
    return {
        "id": "clothing",
        "family": "ResNet",
        "weights": "embedded",
        "pretrained_on": "fashion_mnist_six",
        "size": clothing.INPUT.size,
        "channels": clothing.INPUT.channels,
        "blocks": block_rows(clothing.blocks(), clothing.INPUT),
        "fingerprint": known["sha256"],
        "licence": known["licence"],
        "origin": known["origin"],
        "year": known["year"],
        "top1": round(100 * known["source_accuracy"], 2),
    }


def _resnet(name: str, enum: str) -> dict[str, Any]:
    weights = resnet.weights_of(enum)
    spec = resnet.input_of(weights)
    return {
        "id": name,
        "family": "ResNet",
        "weights": enum,
        "pretrained_on": "imagenet",
        "size": spec.size,
        "channels": spec.channels,
        "blocks": block_rows(resnet.cut(resnet.whole(name, 0)), spec),
        "fingerprint": weights.url.rsplit("/", 1)[-1],
        "licence": f"{metadata.metadata('torchvision')['License']} (torchvision)",
        "origin": weights.meta["recipe"],
        "year": RESNET_YEAR,
        "top1": weights.meta["_metrics"]["ImageNet-1K"]["acc@1"],
    }


def _dataset(
    name: str, source: Any, fingerprint: str, licence: str, origin: str, kind: str = "embedded"
) -> dict[str, Any]:
    return {
        "id": name,
        "classes": list(source.CLASSES),
        "train_pool": source.TRAIN,
        "val": source.VAL,
        "test": source.TEST,
        "size": source.SIDE,
        "channels": 1,
        "fingerprint": fingerprint,
        "licence": licence,
        "origin": origin,
        "source": kind,
        "knobs": False,
    }


def _garments() -> dict[str, Any]:
    known = garments.card()
    return _dataset("garments", garments, known["sha256"], known["licence"], known["origin"])


def _digits() -> dict[str, Any]:
    # Alpaydin and Kaynak 1998; UCI offers it under CC BY 4.0, scikit-learn ships a copy.
    origin = "https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits"
    named = f"v{digits.VERSION}-{digits.SHA256}"
    return _dataset("digits", digits, named, "CC BY 4.0", origin)


def _font_digits() -> dict[str, Any]:
    licence = "drawn by this project; fonts: OFL-1.1, Apache-2.0, MIT, public domain"
    return _dataset(
        "font_digits",
        font_digits,
        font_digits.fingerprint(),
        licence,
        "assets/fonts/fonts.json",
        "drawn",
    )
