"""What a network still knows of its source task: the old head, kept, and asked again.

The head is solved once on pre-trained features of source pictures and never touched again, so what
its accuracy loses is what the blocks under it have forgotten (catastrophic forgetting).  It says
nothing of the target: a network may forget its source and be the better for its new task.
"""

from __future__ import annotations

import torch
from torch import nn

from tlcore import plan as plans
from tlcore.backbones.backbone import Backbone, prepare
from tlcore.data.images import Split
from tlcore.engine import batches, solve
from tlcore.engine.state import State

CHUNK = 50  # pictures at once


class Memory:
    """`known`: source pictures that the old head is solved on; `asked`: those it is asked."""

    def __init__(self, backbone: Backbone, read: int, known: Split, asked: Split) -> None:
        self.spec, self.asked = backbone.input, asked
        self._kept: tuple[State, torch.Tensor] | None = None
        classes = int(known.labels.max()) + 1
        blocks = plans.stretch(backbone.blocks, 0, read).eval()
        features = pooled(blocks, self.pictures(blocks, known))
        self.weight, self.bias = solve.solve(features, known.labels, classes)

    def of(self, blocks: nn.Sequential) -> float:
        """Share of source pictures that the old head names right on these blocks, left in eval."""
        return self._share(pooled(blocks.eval(), self.pictures(blocks, self.asked)))

    def __call__(self, state: State) -> float:
        """The same of a run: its frozen blocks see each picture once, as they do in training."""
        if self._kept is None or self._kept[0] is not state:
            self._kept = state, through(state.frozen, self.pictures(state.blocks, self.asked))
        return self._share(pooled(state.learning.eval(), self._kept[1]))

    def pictures(self, blocks: nn.Sequential, split: Split) -> torch.Tensor:
        """As the network sees them, where it is."""
        return prepare(split.images.to(next(blocks.parameters()).device), self.spec)

    def _share(self, features: torch.Tensor) -> float:
        said = (features.double().cpu() @ self.weight.T + self.bias).argmax(1)
        return int((said == self.asked.labels).sum()) / len(self.asked)


def through(blocks: nn.Sequential, given: torch.Tensor) -> torch.Tensor:
    """What leaves the blocks, fp32; nothing is learned by it."""
    with torch.no_grad():
        rows = batches.in_order(len(given), CHUNK)
        return torch.cat([blocks(given[picks]).float() for picks in rows])


def pooled(blocks: nn.Sequential, given: torch.Tensor) -> torch.Tensor:
    """(N, channels) behind the blocks."""
    return through(blocks, given).mean((2, 3))
