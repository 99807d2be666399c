"""The rows of catalog.json, computed from the built models: python -m tlcore catalogue NAME.

Nothing is typed here that can be counted or read: parameters and multiply-adds from the blocks,
names, metrics, addresses and preprocessing from torchvision's own entries, the rest from cards of
the assets.  What writes them, and the table beside them, is tlcore.making.catalogue_command.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from functools import partial
from importlib import metadata
from typing import Any

import torch
from torch import nn

from tlcore.catalog import nursery, packaged
from tlcore.data.drawn import drawn, font_digits
from tlcore.data.drawn.dice import SIDE
from tlcore.data.known import digits, garments, torchvision_rows
from tlcore.data.sets import DRAWN
from tlcore.data.texts import text_rows, text_sets
from tlcore.making import catalogue_hub, catalogue_small, catalogue_text
from tlcore.making.counting import passed
from tlcore.networks.backbone import RANDOM, InputSpec
from tlcore.networks.backbones import EMBEDDED
from tlcore.networks.vision import grown, lite_models, torchvision_models
from tlcore.networks.weights import FOLDER, card
from tlcore.training.transfer import parts

Row = dict[str, Any]


def facts(kept: Mapping[str, Any] | None = None, asked: Collection[str] = ()) -> dict[str, Any]:
    """What catalog.json holds.  Of the rows in `kept`, which were counted before, only those that
    are `asked` for by id are built again; a row that is not in it is built."""
    found: dict[str, Any] = {"backbones": [], "text_backbones": [], "grown": _grown()}
    for part, rows in counts().items():
        known = {row["id"]: row for row in (kept or {}).get(part, ())}
        again = {name: count for name, count in rows.items() if name in asked or name not in known}
        found[part] = [again[name]() if name in again else known[name] for name in rows]
    return found


def counts() -> dict[str, dict[str, Callable[[], Row]]]:
    """By part of the catalogue and by id: what counts a row, in the order of the tables."""
    small = [name for name in EMBEDDED if (FOLDER / f"{name}.json").exists()]
    return {
        "backbones": {name: partial(_embedded, name) for name in small}
        | {name: partial(_lite, name) for name in lite_models.MODELS}
        | {name: partial(_torchvision, name) for name in torchvision_models.MODELS},
        "text_backbones": {
            **catalogue_text.COUNTS,
            **catalogue_small.counts(),
            **catalogue_hub.counts(),
        },
        "datasets": {"garments": _garments, "digits": _digits, "font_digits": _font_digits}
        | {name: partial(_drawn, drawing) for name, drawing in DRAWN.items()}
        | {name: partial(torchvision_rows.facts, name) for name in torchvision_rows.SETS},
        "text_datasets": {name: partial(text_rows.facts, name) for name in text_sets.CLASSES},
    }


def block_rows(blocks: nn.Sequential, spec: InputSpec) -> list[dict[str, Any]]:
    """For each block: parameters, multiply-adds of one picture, shape of the output; parameters
    of what variants of learning would add to it.

    Only shapes are passed through (torch's meta device), so the largest network takes as long as
    the smallest.
    """
    on = next(blocks.parameters()).device if any(True for _ in blocks.parameters()) else "cpu"
    x = torch.zeros(1, spec.channels, spec.size, spec.size, device=on)
    found = []
    for row, block, y in passed(blocks, x):
        row |= {"channels": y.shape[1], **_shape(*y.shape[2:])}
        found.append(row | parts.counted(block, y.shape[1], spec))
    return found


def _shape(height: int, width: int) -> dict[str, int]:
    """`size`: side of the map; a column is tokens, the first of them that of the class."""
    if width == 1 and height > 1:
        return {"size": math.isqrt(height - 1), "tokens": height}
    return {"size": width, "tokens": 0}


PRETRAINED_ON = {"clothing": "fashion_mnist_six", "photo": "tiny_imagenet"}


def _embedded(name: str) -> Row:
    known, module = card(name), EMBEDDED[name]
    blocks = module.blocks()
    return {
        "id": name,
        "family": "ResNet",
        "weights": "embedded",
        "pretrained_on": PRETRAINED_ON[name],
        "size": module.INPUT.size,
        "channels": module.INPUT.channels,
        "blocks": block_rows(blocks, module.INPUT),
        "fingerprint": known["sha256"],
        "licence": known["licence"],
        "origin": known["origin"],
        "year": known["year"],
        "top1": round(100 * known["source_accuracy"], 2),
        "mean": list(module.INPUT.mean),
        "std": list(module.INPUT.std),
        "megabytes": round((FOLDER / f"{name}.safetensors").stat().st_size / 2**20, 2),
    }


def _grown() -> dict[str, Any]:
    """The kind; what a reader's pre-training adds to it is told by tlcore.catalog.nursery."""
    return {
        "id": nursery.KIND,
        "family": "ResNet",
        "weights": "embedded",  # made by code of this project alone
        "pretrained_on": "nothing",
        "size": grown.INPUT.size,
        "channels": grown.INPUT.channels,
        "blocks": block_rows(grown.blocks(), grown.INPUT),
        "fingerprint": RANDOM,
        "licence": "MIT",
        "origin": "tlcore/networks/vision/grown.py",
        "year": 2026,
        "top1": None,
        "mean": list(grown.INPUT.mean),
        "std": list(grown.INPUT.std),
    }


def _lite(name: str) -> Row:
    model, package = lite_models.MODELS[name], packaged.PACKAGES[name]
    with torch.device("meta"):
        blocks = model.blocks()
    rows = block_rows(blocks, model.INPUT)
    classifier = model.CHANNELS[-1] * 1_000 + 1_000
    return {
        "id": name,
        "family": "EfficientNet-Lite",
        "weights": "packaged",
        "pretrained_on": "imagenet",
        "size": model.size,
        "channels": model.INPUT.channels,
        "blocks": rows,
        "fingerprint": package.files[package.weights],
        "licence": "Apache-2.0",
        "origin": lite_models.ORIGIN,
        "year": 2019,  # of the paper
        "top1": model.top1,
        "mean": list(model.INPUT.mean),
        "std": list(model.INPUT.std),
        "whole": sum(row["parameters"] for row in rows) + classifier,
        "paper": lite_models.PAPER,
        "recipe": "paper",
        "megabytes": round(package.bytes / 2**20, 1),
        "package": package.pip,
        "sides": list(lite_models.SIDES),
    }


RECIPES = {  # what torchvision's own words on its weights say -> recipe; the first that is found
    "new training recipe": "newer",
    "simple training recipe": "simple",
    "simplified training recipe": "simple",
    "deit": "deit",
    "original paper": "paper",
    "results of the paper": "paper",
}


def _recipe(weights: Any) -> str:
    """Raises StopIteration where torchvision's words are others: the table wants another line."""
    words = " ".join(weights.meta["_docs"].lower().split())
    return next(recipe for said, recipe in RECIPES.items() if said in words)


def _torchvision(name: str) -> dict[str, Any]:
    family, enum = torchvision_models.MODELS[name]
    weights = torchvision_models.weights_of(name)
    spec, preset = torchvision_models.input_of(weights), weights.transforms()
    with torch.device("meta"):
        model = torchvision_models.whole(name, 0)
    return {
        "id": name,
        "family": family.name,
        "weights": enum,
        "pretrained_on": "imagenet",
        "size": spec.size,
        "channels": spec.channels,
        "blocks": block_rows(torchvision_models.cut(name, model), spec),
        "fingerprint": weights.url.rsplit("/", 1)[-1],
        "licence": f"{metadata.metadata('torchvision')['License']} (torchvision)",
        "origin": weights.meta["recipe"],
        "year": family.year,
        "top1": weights.meta["_metrics"]["ImageNet-1K"]["acc@1"],
        "mean": list(spec.mean),
        "std": list(spec.std),
        "resize": preset.resize_size[0],
        "interpolation": preset.interpolation.value,
        "whole": sum(p.numel() for p in model.parameters()),
        "paper": family.paper,
        "recipe": _recipe(weights),
        "url": weights.url,
        "megabytes": weights.meta["_file_size"],
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


def _drawn(drawing: drawn.Drawing) -> dict[str, Any]:
    return {
        "id": drawing.name,
        "classes": list(drawing.classes),
        "train_pool": drawn.TRAIN,
        "val": drawn.VAL,
        "test": drawn.TEST,
        "size": SIDE,
        "channels": 3,
        "fingerprint": drawing.fingerprint(),
        "licence": "MIT (drawn by this project)",
        "origin": f"tlcore/data/drawn/{drawing.name}.py",
        "source": "drawn",
        "knobs": True,
    }
