"""What a network still knows of its source task: the old head, kept, and asked again.

The head is solved once on pre-trained features of source pictures and never touched again, so what
its accuracy loses is what the blocks under it have forgotten (catastrophic forgetting).  It says
nothing of the target: a network may forget its source and be the better for its new task.
"""

from __future__ import annotations

import torch
from torch import nn

from tlcore import plan as plans
from tlcore.backbones.backbone import Backbone, InputSpec, prepare
from tlcore.data.images import Split
from tlcore.engine import batches, solve
from tlcore.engine.state import State

CHUNK = 50  # pictures at once


class Memory:
    """`known`: source pictures that the old head is solved on; `asked`: those it is asked."""

    def __init__(self, backbone: Backbone, read: int, known: Split, asked: Split) -> None:
        self.spec, self.asked = backbone.input, asked
        classes = int(known.labels.max()) + 1
        features = pooled(plans.stretch(backbone.blocks, 0, read).eval(), known.images, self.spec)
        self.weight, self.bias = solve.solve(features, known.labels, classes)

    def of(self, blocks: nn.Sequential) -> float:
        """Share of source pictures that the old head names right on these blocks, left in eval."""
        features = pooled(blocks.eval(), self.asked.images, self.spec).double().cpu()
        said = (features @ self.weight.T + self.bias).argmax(1)
        return int((said == self.asked.labels).sum()) / len(self.asked)

    def __call__(self, state: State) -> float:
        return self.of(state.blocks)


def pooled(blocks: nn.Sequential, images: torch.Tensor, spec: InputSpec) -> torch.Tensor:
    """(N, channels) behind the blocks, fp32."""
    on = next(blocks.parameters()).device
    parts = []
    with torch.no_grad():
        for picks in batches.in_order(len(images), CHUNK):
            parts.append(blocks(prepare(images[picks].to(on), spec)).float().mean((2, 3)))
    return torch.cat(parts)
