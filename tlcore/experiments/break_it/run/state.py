"""Two faults of a training loop, each a state of another kind, beside their repair.

The loop (tlcore.training.engine.train) is not touched: it asks its state for the optimiser and for
the mode of the modules, and these states answer as code does that many have written.
"""

from __future__ import annotations

import copy
from typing import Any

from torch import nn

from tlcore.training.engine import optimizer
from tlcore.training.engine.state import State


class Frozen(State):
    """Every block frozen by `requires_grad`, run again in each step, and kept in eval mode: as a
    tutorial does that stores nothing.  Wants a plan that freezes nothing (tlcore.ground.recipe)."""

    @classmethod
    def begin(cls, *asked: Any) -> Frozen:
        state = super().begin(*asked)
        assert isinstance(state, Frozen)
        state.blocks.requires_grad_(False)
        state.optimizer = optimizer.build(state.blocks, state.head, state.plan, state.recipe)
        state.counts = {name: (learns(group), size(group)) for name, group in state.groups.items()}
        return state

    def train(self) -> None:
        self.head.train()
        self.blocks.eval()


class Awake(Frozen):
    """The same without the last line: `model.train()` on the whole network.  No weight learns, but
    every batch-norm takes each batch for its statistics."""

    def train(self) -> None:
        self.head.train()
        self.blocks.train()


class LeftOut(State):
    """The optimiser was built before the head was replaced: it holds the weights of the old one."""

    @classmethod
    def begin(cls, *asked: Any) -> LeftOut:
        state = super().begin(*asked)
        assert isinstance(state, LeftOut)
        old = copy.deepcopy(state.head)
        state.optimizer = optimizer.build(state.blocks, old, state.plan, state.recipe)
        return state


def learns(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


def size(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())
