"""Pre-train the clothing backbone: python -m tlcore pretrain clothing --data DIR|download.

Six classes of Fashion-MNIST; the four others stay unseen, they are what the app transfers to.
After each epoch a checkpoint is left; the same command goes on from it and ends with the same
weights as a training that was never interrupted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from tlcore.data.images import Split
from tlcore.data.views import view
from tlcore.making.pretrain import command, fashion, loop, probe, source_features
from tlcore.making.pretrain.command import write_card
from tlcore.making.pretrain.loop import Course, Recipe, Say, print_line
from tlcore.making.pretrain.objective import Heads
from tlcore.networks import seeds
from tlcore.networks.backbones import Backbone, prepare
from tlcore.networks.vision import clothing as network
from tlcore.networks.weights import SOURCES, read_embedded, write_embedded

SOURCE_LABELS = (0, 1, 3, 4, 5, 8)  # T-shirt, trouser, dress, coat, sandal, bag
NAME = "clothing"


def main(argv: Sequence[str]) -> int:
    told = command.parse(NAME, Recipe(), argv)
    recipe = Recipe(epochs=told.epochs, seed=told.seed)
    files = fashion.folder(told.data)
    facts = command.Facts(NAME, told)
    trained = train(files, recipe, told.device, told.precision, told.out)
    finish(trained, files, recipe, told.out, facts.read(trained.seconds_before))
    known = Split(*source(files, "train"))
    source_features.write(trained.backbone, known, told.out.parent / SOURCES.name)
    return 0


@dataclass
class Trained:
    backbone: Backbone
    heads: Heads
    seconds_before: float  # spent by earlier, interrupted parts of this training


def source(files: Path, part: str) -> tuple[torch.Tensor, torch.Tensor]:
    """uint8 (N, 1, 28, 28) and labels 0-5 of the six source classes."""
    images, labels = fashion.read(files, part)
    label_of = torch.full((10,), -1)
    label_of[list(SOURCE_LABELS)] = torch.arange(len(SOURCE_LABELS))
    named = label_of[torch.from_numpy(labels)]
    return torch.from_numpy(images.copy()).unsqueeze(1)[named >= 0], named[named >= 0]


def source_pictures(data: str) -> Split:
    return Split(*source(fashion.folder(data), "train"))


def train(
    files: Path,
    recipe: Recipe,
    device: str,
    precision: str,
    out: Path,
    say: Say = lambda line: print_line(line),
) -> Trained:
    """Train from the last checkpoint of the same recipe, or from the start."""
    images, labels = source(files, "train")
    with seeds.fork(recipe.seed, "pretrain", NAME):
        blocks = network.blocks()
        heads = Heads(network.CHANNELS[-1], len(SOURCE_LABELS), recipe.projector)
    course = Course(NAME, blocks, heads, network.INPUT, images, labels, _two_views)
    before = loop.train(course, recipe, device, precision, out, say)
    backbone = Backbone(NAME, blocks, network.CHANNELS, network.INPUT, "in training")
    return Trained(backbone, heads, before)


def _two_views(pictures: torch.Tensor, epoch: int, generator: torch.Generator) -> torch.Tensor:
    return torch.cat([view(pictures, generator), view(pictures, generator)])


def finish(
    trained: Trained, files: Path, recipe: Recipe, out: Path, facts: dict[str, Any]
) -> dict[str, Any]:
    """Write weights and card; every figure on the card is measured on the stored fp16 weights."""
    out.mkdir(parents=True, exist_ok=True)
    digest = write_embedded(out / f"{NAME}.safetensors", trained.backbone.blocks.state_dict())
    card: dict[str, Any] = {
        "name": NAME,
        "what": "residual network of 8 blocks, 28 px grey pictures, fp16 (used as fp32)",
        "data": "Fashion-MNIST, training part, classes "
        + ", ".join(fashion.LABELS[label] for label in SOURCE_LABELS),
        "data_origin": "https://github.com/zalandoresearch/fashion-mnist (MIT)",
        "origin": "this project: python -m tlcore pretrain clothing",
        "year": 2026,
        "licence": "MIT",
        "recipe": asdict(recipe),
        **facts,
        "sha256": digest,
    }
    path = out / f"{NAME}.json"
    write_card(path, card)
    state, _ = read_embedded(NAME, out)
    trained.backbone.blocks.load_state_dict(state)
    card["source_accuracy"] = round(source_accuracy(trained, files), 4)
    card["transfer"] = {
        "how": "logistic regression on pooled frozen features, by block; test accuracy",
        "rows": probe.transfer(trained.backbone),
    }
    write_card(path, card)
    (out / f"{NAME}.checkpoint.pt").unlink(missing_ok=True)
    return card


@torch.no_grad()
def source_accuracy(trained: Trained, files: Path) -> float:
    """On the six classes of the test part, with the classifier of pre-training."""
    images, labels = source(files, "t10k")
    trained.heads.eval()
    trained.backbone.blocks.eval()
    right = 0
    batches = zip(torch.split(images, 500), torch.split(labels, 500), strict=True)
    for pictures, named in batches:
        features = trained.backbone.blocks(prepare(pictures, network.INPUT)).mean((2, 3))
        right += int((trained.heads.classify(features).argmax(1) == named).sum())
    return right / len(labels)
