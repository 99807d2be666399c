"""Labels that nobody gave: a picture is turned, and the network is asked by how much.

RotNet, Gidaris et al. 2018, arXiv:1803.07728: whoever can tell which way up a picture is must have
seen what is in it.  The labels cost nothing, the loss is the usual one of a classifier.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn
from torch.nn import functional as F

from tlcore.networks import seeds
from tlcore.networks.backbones import Backbone

TURNS = 4  # by 0, 90, 180 and 270 degrees, against the clock
BATCH = 32  # pictures a step, each in all its turns: 128 views
LR, WEIGHT_DECAY = 4e-3, 0.05  # peak of a one-cycle schedule, AdamW
LAYOUT = torch.channels_last  # a seventh faster than the usual one on two cores, same figures
MOVED = 2  # px that a view is moved by at most, so that no place on the border tells


@dataclass(frozen=True)
class Step:
    """After one step: how many there are, and how this batch went before it."""

    done: int
    of: int
    loss: float
    accuracy: float


def turned(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """(N, C, S, S) -> (4N, C, S, S), first all as they are, then by 90 degrees ..., and 0..3."""
    views = torch.cat([torch.rot90(x, k, (2, 3)) for k in range(TURNS)])
    return views, torch.arange(TURNS).repeat_interleave(len(x))


def learn(
    backbone: Backbone, head: nn.Module, x: torch.Tensor, epochs: int, seed: int
) -> Iterator[Step]:
    """Teach `backbone` and `head`, in place, to name the turn of `x`: (N, C, S, S), prepared."""
    backbone.blocks.to(memory_format=LAYOUT)  # type: ignore[call-overload]
    x = x.contiguous(memory_format=LAYOUT)
    learning = [*backbone.blocks.parameters(), *head.parameters()]
    optimizer = torch.optim.AdamW(learning, lr=LR, weight_decay=WEIGHT_DECAY)
    steps = max(1, len(x) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LR, total_steps=steps * epochs)
    backbone.blocks.train()
    for epoch in range(epochs):
        draw = seeds.generator(seed, "rotation", "epoch", epoch)
        order = torch.randperm(len(x), generator=draw)
        for step in range(steps):
            views, turns = turned(moved(x[order[step * BATCH : (step + 1) * BATCH]], draw))
            with seeds.fork(seed, "rotation", "dropout", epoch, step):
                scores = head(backbone.blocks(views).mean((2, 3)))
            loss = F.cross_entropy(scores, turns)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            right = (scores.argmax(1) == turns).float().mean()
            yield Step(epoch * steps + step + 1, epochs * steps, loss.item(), right.item())
    backbone.blocks.eval()


@torch.no_grad()
def named(backbone: Backbone, head: nn.Module, x: torch.Tensor) -> torch.Tensor:
    """(N, turns), 1 where the turn is named right: of (N, C, S, S) that were not learned from."""
    found = []
    for part in torch.split(x, 100):
        views, turns = turned(part)
        right = head(backbone.blocks(views).mean((2, 3))).argmax(1) == turns
        found.append(right.double().view(TURNS, len(part)).T)
    return torch.cat(found)


def hidden(x: torch.Tensor, part: Literal["middle", "border"]) -> torch.Tensor:
    """(N, C, S, S) with the middle, or all but the middle, replaced by each picture's mean: three
    fifths of the side, about a third of the picture."""
    edge = round(x.shape[-1] / 5)
    inside = torch.zeros_like(x, dtype=torch.bool)
    inside[:, :, edge:-edge, edge:-edge] = True
    gone = inside if part == "middle" else ~inside
    return torch.where(gone, x.mean((2, 3), keepdim=True), x)


def moved(x: torch.Tensor, draw: torch.Generator) -> torch.Tensor:
    """The batch moved as one by up to MOVED px; its edge is repeated."""
    right, down = torch.randint(0, 2 * MOVED + 1, (2,), generator=draw).tolist()
    size = x.shape[-1]
    wide = F.pad(x, (MOVED,) * 4, mode="replicate")
    return wide[:, :, down : down + size, right : right + size]
