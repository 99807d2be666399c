"""A network as one row of named parts, a part of which can learn: blocks, and the head behind them.

Every part is in eval mode throughout, those that learn too: batch-norm keeps the statistics it came
with.  The published code of surgical fine-tuning and of LP-FT trains so, and only so it is the
weights of the named part, and nothing else, that answer to the new pictures.
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn
from torch.nn import functional as F

from tlcore.data.images import Split
from tlcore.networks import seeds
from tlcore.networks.backbone import Backbone, InputSpec, prepare
from tlcore.training.engine import batches, optimizer, solve
from tlcore.training.transfer import plan as plans

CHUNK = 100  # pictures at once where nothing learns
HEAD = "head"
# Stages of the clothing network: maps of 14, 7 and 4 px.  The first has the stem in it, as
# "first block" has in the code of Lee et al. 2022 (github anniesch/surgical-finetuning).
STAGES = {
    "first": ("stem", "block2", "block3"),
    "second": ("block4", "block5"),
    "third": ("block6", "block7", "block8"),
    "last": (HEAD,),
}
EVERYTHING = tuple(name for names in STAGES.values() for name in names)


@dataclass(frozen=True)
class Tuning:
    """How a part learns."""

    lr: float
    epochs: int
    batch: int = 32
    rule: Literal["adam", "sgd"] = "adam"
    weight_decay: float = 1e-4


def assembled(backbone: Backbone, classes: int, seed: int) -> nn.Sequential:
    """A copy of the blocks and a new head, drawn by `seed`."""
    blocks = copy.deepcopy(backbone.blocks)
    with seeds.fork(seed, "head"):
        head = plans.new_head(backbone.channels[-1], classes)
    return nn.Sequential(OrderedDict([*blocks.named_children(), (HEAD, head)])).eval()


def pictures(split: Split, spec: InputSpec) -> torch.Tensor:
    return prepare(split.images, spec)


@torch.no_grad()
def through(net: nn.Module, x: torch.Tensor) -> torch.Tensor:
    """What comes out, a chunk at a time, in eval mode."""
    net.eval()
    return torch.cat([net(x[picks]) for picks in batches.in_order(len(x), CHUNK)])


def features(net: nn.Sequential, x: torch.Tensor) -> torch.Tensor:
    """(N, channels): what the head's linear layer is given before it standardises."""
    head = net[-1]
    assert isinstance(head, nn.Sequential)
    return through(nn.Sequential(net[:-1], head[:2]), x)


def accuracy(net: nn.Module, x: torch.Tensor, labels: torch.Tensor) -> float:
    return share(through(net, x).argmax(1), labels)


def share(said: torch.Tensor, labels: torch.Tensor) -> float:
    return float((said == labels).float().mean())


def probe(net: nn.Sequential, x: torch.Tensor, labels: torch.Tensor) -> nn.Sequential:
    """A copy whose head is solved: a linear probe of its features."""
    net = copy.deepcopy(net)
    head = net[-1]
    assert isinstance(head, nn.Sequential)
    classes = len(head.get_parameter("linear.bias"))
    solve.put(head, *solve.solve(features(net, x), labels, classes))
    return net


def tuned(
    net: nn.Sequential,
    names: Sequence[str],
    x: torch.Tensor,
    labels: torch.Tensor,
    how: Tuning,
    seed: int,
) -> nn.Sequential:
    """A copy in which the named parts have learned from (x, labels); the others are as they were.

    What lies before the first of them runs once.
    """
    net = copy.deepcopy(net).eval()
    net.requires_grad_(False)
    learning = [
        p for name in names for p in net.get_submodule(name).requires_grad_(True).parameters()
    ]
    before = min(list(dict(net.named_children())).index(name) for name in names)
    given = through(net[:before], x) if before else x
    behind = net[before:]
    steps, step = how.epochs * len(batches.sizes(len(x), how.batch)), 0
    rule = _rule(learning, how)
    for epoch in range(1, how.epochs + 1):
        for picks in batches.deal(len(x), how.batch, seed, epoch):
            step += 1
            for group in rule.param_groups:
                group["lr"] = how.lr * optimizer.pace("one_cycle", step, steps)
            loss = F.cross_entropy(behind(given[picks]), labels[picks])
            rule.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            rule.step()
    return net


def _rule(learning: list[nn.Parameter], how: Tuning) -> torch.optim.Optimizer:
    if how.rule == "sgd":
        return torch.optim.SGD(
            learning, how.lr, momentum=0.9, nesterov=True, weight_decay=how.weight_decay
        )
    return torch.optim.Adam(learning, how.lr, weight_decay=how.weight_decay)
