"""The loop of a pre-training: views, features, loss, backward, step; a checkpoint each epoch.

The same settings go on from the checkpoint and end with the weights of a training that was never
interrupted.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from tlcore.making.pretrain.checkpoint import Checkpoint
from tlcore.making.pretrain.objective import Heads, loss
from tlcore.making.pretrain.optimizer import Learner
from tlcore.networks import seeds
from tlcore.networks.backbones import InputSpec

Say = Callable[[str], None]


@dataclass(frozen=True)
class Recipe:
    """Chosen by how the features transfer, not by source accuracy."""

    epochs: int = 12  # of the schedule
    batch: int = 256  # pictures a step
    lr: float = 4e-3  # peak of a one-cycle schedule, AdamW
    warm_up: float = 0.2  # share of the steps
    matrix_lr: float = 0.0  # peak for the convolutions, with Muon; 0: AdamW for all
    weight_decay: float = 0.05  # weights only, not batch norm and biases
    contrast_weight: float = 0.3
    temperature: float = 0.2
    projector: bool = True  # between features and classifier
    seed: int = 0


@dataclass
class Course:
    """What learns from which pictures.

    `views` takes float pictures (N, C, H, W) in 0..1, the epoch and a generator; it returns V
    views of each, (V * N, C, S, S), first all first views.
    """

    name: str
    blocks: nn.Sequential
    heads: Heads
    input: InputSpec
    images: torch.Tensor  # uint8 (N, C, H, W)
    labels: torch.Tensor  # int64 (N,)
    views: Callable[[torch.Tensor, int, torch.Generator], torch.Tensor]

    @property
    def classes(self) -> int:
        return int(self.labels.max()) + 1


def train(
    course: Course,
    recipe: Recipe,
    device: str,
    precision: str,
    out: Path,
    say: Say = lambda line: print_line(line),
) -> float:
    """Train in place from the last checkpoint of the same recipe, or from the start.

    Returns the seconds that earlier, interrupted parts took.
    """
    blocks, heads, images, labels = course.blocks, course.heads, course.images, course.labels
    blocks.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    heads.to(device)
    steps = max(1, len(images) // recipe.batch)
    learner = Learner(
        blocks,
        heads,
        recipe.lr,
        recipe.matrix_lr,
        recipe.weight_decay,
        recipe.warm_up,
        steps * recipe.epochs,
    )
    parts = {"blocks": blocks, "heads": heads, "learner": learner}
    settings = {**asdict(recipe), "device": device, "precision": precision, "n": len(images)}
    checkpoint = Checkpoint(out / f"{course.name}.checkpoint.pt", settings, parts)
    done, before = checkpoint.load()
    if done:
        say(f"going on after epoch {done}")
    started = time.monotonic()
    for epoch in range(done, recipe.epochs):
        blocks.train()
        heads.train()
        generator = seeds.generator(recipe.seed, "pretrain", course.name, "epoch", epoch)
        order = torch.randperm(len(images), generator=generator)
        total = 0.0
        for step in range(steps):
            rows = order[step * recipe.batch : (step + 1) * recipe.batch]
            views = course.views(images[rows].float() / 255, epoch, generator)
            x = _normalise(views, course.input).to(device, memory_format=torch.channels_last)
            with _autocast(device, precision):
                features = blocks(x).mean((2, 3))
                value = loss(
                    heads,
                    features,
                    labels[rows].to(device),
                    recipe.contrast_weight,
                    recipe.temperature,
                )
            learner.zero_grad()
            value.backward()  # type: ignore[no-untyped-call]
            learner.step()
            total += value.item()
        seconds = time.monotonic() - started
        say(f"epoch {epoch + 1}/{recipe.epochs}  loss {total / steps:.4f}  {seconds:.0f} s")
        checkpoint.save(epoch + 1, before + seconds)
    blocks.to("cpu", memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    heads.cpu()
    return before


def _normalise(pictures: torch.Tensor, spec: InputSpec) -> torch.Tensor:
    mean = pictures.new_tensor(spec.mean).view(1, -1, 1, 1)
    return (pictures - mean) / pictures.new_tensor(spec.std).view(1, -1, 1, 1)


def _autocast(device: str, precision: str) -> AbstractContextManager[Any]:
    if precision == "fp32":
        return nullcontext()
    return torch.autocast(torch.device(device).type, torch.bfloat16)


def print_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
