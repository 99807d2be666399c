"""What a network still knows of its source task: by the old head, kept, and by one solved anew.

The old head is solved once on pre-trained features of source pictures and never touched again: what
its accuracy loses, the blocks under it have forgotten (catastrophic forgetting), or their features
have only moved to where it does not look.  A head that is solved anew on the features as they are
now tells the two apart (Davari et al. 2022, arXiv:2203.13381).  It has learned the source again
from a few pictures, so it stands high on blocks that never saw the source, too: `untaught` says
how high.  Neither says anything of the target.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn

from tlcore.catalog.source_task import solves
from tlcore.data.images import Split
from tlcore.networks.backbone import Backbone, prepare
from tlcore.training.engine import batches, solve
from tlcore.training.engine.state import State
from tlcore.training.transfer import plan as plans

CHUNK = 50  # pictures at once


class Recall(NamedTuple):
    """Shares of source pictures that are named right."""

    kept: float  # by the old head
    solved: float | None  # by a head solved anew; None where it was not this epoch's turn


class Memory:
    """`known`: source pictures that heads are solved on; `asked`: those that they are asked."""

    def __init__(self, backbone: Backbone, read: int, known: Split, asked: Split) -> None:
        self.spec, self.known, self.asked = backbone.input, known, asked
        self._kept: tuple[State, dict[bool, torch.Tensor]] | None = None
        blocks = plans.stretch(backbone.blocks, 0, read).eval()
        self.weight, self.bias = self._head(pooled(blocks, self.pictures(blocks, known)))

    def of(self, blocks: nn.Sequential) -> float:
        """Share of source pictures that the old head names right on these blocks, left in eval."""
        features = pooled(blocks.eval(), self.pictures(blocks, self.asked))
        return self._share(features, self.weight, self.bias)

    def anew(self, blocks: nn.Sequential) -> float:
        """The same of a head that is solved on these blocks."""
        known, asked = (
            pooled(blocks.eval(), self.pictures(blocks, split))
            for split in (self.known, self.asked)
        )
        return self._share(asked, *self._head(known))

    def untaught(self, backbone: Backbone, seed: int) -> float:
        """The same on blocks of random weights, as a run from scratch with this seed begins: what
        the pictures that the head is solved on are worth without any pre-training."""
        return self.anew(plans.untaught(backbone, seed))

    def __call__(self, state: State) -> Recall:
        """Both of a run: its frozen blocks see each picture once, as they do in training."""
        if self._kept is None or self._kept[0] is not state:
            self._kept = state, {}
        asked = self._now(state, self.asked)
        kept = self._share(asked, self.weight, self.bias)
        if not (state.last or solves(state.epoch, state.recipe.epochs)):
            return Recall(kept, None)
        known = self._now(state, self.known)
        if not known.isfinite().all():  # blown up: there is nothing that a head could be solved on
            return Recall(kept, None)
        return Recall(kept, self._share(asked, *self._head(known)))

    def pictures(self, blocks: nn.Sequential, split: Split) -> torch.Tensor:
        """As the network sees them, where it is."""
        return prepare(split.images.to(next(blocks.parameters()).device), self.spec)

    def _now(self, state: State, split: Split) -> torch.Tensor:
        """Features of the pictures behind all blocks; what leaves the frozen ones is kept."""
        assert self._kept is not None
        stored, which = self._kept[1], split is self.asked
        if which not in stored:
            stored[which] = through(state.frozen, self.pictures(state.blocks, split))
        return pooled(state.learning.eval(), stored[which])

    def _head(self, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        classes = int(self.known.labels.max()) + 1
        return solve.solve(features.cpu(), self.known.labels, classes)

    def _share(self, features: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> float:
        said = (features.cpu().double() @ weight.T + bias).argmax(1)
        return int((said == self.asked.labels).sum()) / len(self.asked)


def through(blocks: nn.Sequential, given: torch.Tensor) -> torch.Tensor:
    """What leaves the blocks, fp32; nothing is learned by it."""
    with torch.no_grad():
        rows = batches.in_order(len(given), CHUNK)
        return torch.cat([blocks(given[picks]).float() for picks in rows])


def pooled(blocks: nn.Sequential, given: torch.Tensor) -> torch.Tensor:
    """(N, channels) behind the blocks."""
    return through(blocks, given).mean((2, 3))
