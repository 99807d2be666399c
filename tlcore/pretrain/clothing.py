"""Pre-train the clothing backbone: python -m tlcore pretrain clothing --data DIR|download.

Six classes of Fashion-MNIST; the four others stay unseen, they are what the app transfers to.
After each epoch a checkpoint is left; the same command goes on from it and ends with the same
weights as a training that was never interrupted.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from tlcore import seeds
from tlcore.backbones import Backbone, prepare
from tlcore.backbones import clothing as network
from tlcore.backbones.weights import FOLDER, read_embedded, write_embedded
from tlcore.engine.place import device as usable
from tlcore.pretrain import fashion, probe
from tlcore.pretrain.checkpoint import Checkpoint
from tlcore.pretrain.objective import Heads, loss
from tlcore.pretrain.views import view
from tlcore.recipe import Compute

SOURCE_LABELS = (0, 1, 3, 4, 5, 8)  # T-shirt, trouser, dress, coat, sandal, bag
NAME = "clothing"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Recipe:
    """Chosen by how the features transfer, not by source accuracy."""

    epochs: int = 12
    batch: int = 256  # pictures a step, two views of each
    lr: float = 4e-3  # peak of a one-cycle schedule, AdamW
    warm_up: float = 0.2  # share of the steps
    weight_decay: float = 0.05  # weights only, not batch norm and biases
    contrast_weight: float = 0.3
    temperature: float = 0.2
    seed: int = 0


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("python -m tlcore pretrain clothing", description=__doc__)
    parser.add_argument("--data", required=True, help="folder of the *-ubyte.gz files, or download")
    parser.add_argument("--epochs", type=int, default=Recipe.epochs)
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder of weights and card")
    told = parser.parse_args(list(argv))
    if told.epochs < 1 or told.threads < 1:
        parser.error("--epochs and --threads are at least 1")
    chosen = usable(Compute(told.device))
    torch.set_num_threads(told.threads)
    recipe = Recipe(epochs=told.epochs, seed=told.seed)
    machine = torch.cuda.get_device_name() if chosen.type == "cuda" else _cores(told.threads)
    files = fashion.folder(told.data)
    started = time.monotonic()
    trained = train(files, recipe, told.device, told.precision, told.out)
    command = (
        f"python -m tlcore pretrain clothing --data DIR --epochs {told.epochs} --seed {told.seed}"
        f" --threads {told.threads} --device {told.device} --precision {told.precision}"
    )
    facts = {
        "command": command,
        "machine": machine,
        "precision": told.precision,
        "seconds": round(trained.seconds_before + time.monotonic() - started),
    }
    finish(trained, files, recipe, told.out, facts)
    return 0


def _cores(threads: int) -> str:
    return f"{threads} CPU core{'s' if threads > 1 else ''}"


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
        heads = Heads(network.CHANNELS[-1], len(SOURCE_LABELS))
    blocks.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    heads.to(device)
    optimizer = _optimizer(blocks, heads, recipe)
    steps = max(1, len(images) // recipe.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.lr, total_steps=steps * recipe.epochs, pct_start=recipe.warm_up
    )
    parts = {"blocks": blocks, "heads": heads, "optimizer": optimizer, "schedule": schedule}
    settings = {**asdict(recipe), "device": device, "precision": precision, "n": len(images)}
    checkpoint = Checkpoint(out / f"{NAME}.checkpoint.pt", settings, parts)
    done, before = checkpoint.load()
    if done:
        say(f"going on after epoch {done}")
    started = time.monotonic()
    for epoch in range(done, recipe.epochs):
        blocks.train()
        heads.train()
        generator = seeds.generator(recipe.seed, "pretrain", NAME, "epoch", epoch)
        order = torch.randperm(len(images), generator=generator)
        total = 0.0
        for step in range(steps):
            rows = order[step * recipe.batch : (step + 1) * recipe.batch]
            pictures = images[rows].float() / 255
            two = torch.cat([view(pictures, generator), view(pictures, generator)])
            x = _normalise(two).to(device, memory_format=torch.channels_last)
            with _autocast(device, precision):
                features = blocks(x).mean((2, 3))
                value = loss(
                    heads,
                    features,
                    labels[rows].to(device),
                    recipe.contrast_weight,
                    recipe.temperature,
                )
            optimizer.zero_grad(set_to_none=True)
            value.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            total += value.item()
        seconds = time.monotonic() - started
        say(f"epoch {epoch + 1}/{recipe.epochs}  loss {total / steps:.4f}  {seconds:.0f} s")
        checkpoint.save(epoch + 1, before + seconds)
    blocks.to("cpu", memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    backbone = Backbone(NAME, blocks, network.CHANNELS, network.INPUT, "in training")
    return Trained(backbone, heads.cpu(), before)


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
    _write(path, card)
    state, _ = read_embedded(NAME, out)
    trained.backbone.blocks.load_state_dict(state)
    card["source_accuracy"] = round(source_accuracy(trained, files), 4)
    card["transfer"] = {
        "how": "logistic regression on pooled frozen features, by block; test accuracy",
        "rows": probe.transfer(trained.backbone),
    }
    _write(path, card)
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


def _optimizer(blocks: torch.nn.Module, heads: torch.nn.Module, recipe: Recipe) -> Any:
    parameters = [*blocks.parameters(), *heads.parameters()]
    decayed = {"params": [p for p in parameters if p.ndim > 1], "weight_decay": recipe.weight_decay}
    free = {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0}
    return torch.optim.AdamW([decayed, free], lr=recipe.lr)


def _normalise(pictures: torch.Tensor) -> torch.Tensor:
    return (pictures - network.INPUT.mean[0]) / network.INPUT.std[0]


def _autocast(device: str, precision: str) -> AbstractContextManager[Any]:
    if precision == "fp32":
        return nullcontext()
    return torch.autocast(torch.device(device).type, torch.bfloat16)


def print_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _write(path: Path, card: dict[str, Any]) -> None:
    text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
