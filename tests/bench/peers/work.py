"""The work that every peer does: the same pictures, network, frozen part, epochs, batch and rates.

Pictures lie in memory, made ready for the network before any clock starts: that spares the peers
what their usual loaders would take for it.  The peers' heads start from the same random weights;
ours draws its own and, as always, standardises the features that it reads.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from tlcore.data.images import ImageData, Split
from tlcore.networks import seeds
from tlcore.networks.backbone import Backbone, prepare
from tlcore.training.engine import digest


@dataclass(frozen=True)
class Work:
    backbone: Backbone
    data: ImageData
    freeze: int  # blocks
    epochs: int
    batch: int
    lr: float  # of the blocks that learn
    head_lr: float
    seed: int = 0

    def network(self) -> Network:
        with seeds.fork(self.seed, "peers"):
            head = nn.Linear(self.backbone.channels[-1], len(self.data.classes))
        return Network(copy.deepcopy(self.backbone.blocks), self.freeze, head)

    def ready(self, split: Split) -> TensorDataset:
        return TensorDataset(prepare(split.images, self.backbone.input), split.labels)


@dataclass(frozen=True)
class Outcome:
    """After the last epoch.  `kept`: whether the frozen part, its statistics included, is byte for
    byte what it was; None where nothing is frozen."""

    val_accuracy: float
    kept: bool | None


class Network(nn.Module):
    """The frozen blocks as `backbone` (Lightning's name for it), the others, pool and head."""

    def __init__(self, blocks: nn.Sequential, freeze: int, head: nn.Linear) -> None:
        super().__init__()
        self.backbone, self.learning = blocks[:freeze], blocks[freeze:]
        self.pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.head = head

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.head(self.pool(self.learning(self.backbone(pictures))))
        return found

    def rest(self) -> list[nn.Parameter]:
        return list(chain(self.learning.parameters(), self.head.parameters()))

    def groups(self, work: Work) -> list[dict[str, object]]:
        """Parameter groups of an optimiser: blocks and head, each with its rate."""
        found = [
            {"params": list(self.learning.parameters()), "lr": work.lr},
            {"params": list(self.head.parameters()), "lr": work.head_lr},
        ]
        return [group for group in found if group["params"]]

    def fingerprint(self) -> str | None:
        return digest.of_module(self.backbone) if len(self.backbone) else None


def loaders(work: Work, train: TensorDataset, val: TensorDataset) -> Iterator[DataLoader]:
    """A shuffled one and an ordered one."""
    yield DataLoader(train, batch_size=work.batch, shuffle=True)
    yield DataLoader(val, batch_size=work.batch)


def accuracy(model: nn.Module, val: DataLoader) -> float:
    model.eval()
    with torch.no_grad():
        right = sum(int((model(x).argmax(1) == y).sum()) for x, y in val)
    return right / len(val.dataset)  # type: ignore[arg-type]


def outcome(model: Network, before: str | None, val_accuracy: float) -> Outcome:
    return Outcome(val_accuracy, None if before is None else model.fingerprint() == before)
