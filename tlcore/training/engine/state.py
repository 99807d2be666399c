"""All that changes while a run trains, in one place: weights, optimiser, step and epoch.

Every draw of a run is named by seed, epoch and step (tlcore.networks.seeds), so there is no state
of a random generator to carry.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch
from torch import nn

from tlcore.ground.recipe import Compute, Recipe, TransferPlan
from tlcore.networks import seeds
from tlcore.networks.backbone import Backbone
from tlcore.training.engine import optimizer, place
from tlcore.training.transfer import plan as plans


@dataclass(eq=False)
class State:
    blocks: nn.Sequential
    head: nn.Sequential
    plan: TransferPlan
    recipe: Recipe
    compute: Compute
    counts: plans.Counts
    optimizer: torch.optim.Optimizer
    backbone: str  # where it began
    backbone_sha256: str
    step: int = 0
    epoch: int = 0
    last: bool = False  # no epoch follows this one: the planned ones are over, or patience is

    @classmethod
    def begin(
        cls, backbone: Backbone, classes: int, plan: TransferPlan, recipe: Recipe, compute: Compute
    ) -> State:
        """The backbone's copy with the plan applied, a new head, and an optimiser for both."""
        blocks, head = plans.assemble(backbone, plan, classes, recipe.seed, recipe.dropout)
        counts = plans.apply(blocks, head, plan)
        device, layout = place.device(compute), place.memory_format(compute)
        blocks.to(device).to(memory_format=layout)  # type: ignore[call-overload]  # not in its stub
        head.to(device)
        rule = optimizer.build(blocks, head, plan, recipe)
        origin = backbone.name, backbone.weights_sha256
        return cls(blocks, head, plan, recipe, compute, counts, rule, *origin)

    def __post_init__(self) -> None:
        self.frozen = plans.stretch(self.blocks, 0, self.plan.fixed)
        self.learning = plans.stretch(self.blocks, self.plan.fixed, self.plan.read)
        self.moving = plans.moving(self.blocks, self.plan)
        self.resting = plans.resting(self.blocks, self.plan)
        self.groups = dict(self.blocks.named_children()) | {"head": self.head}
        plans.train_mode(self.blocks, self.head, self.plan)

    def train(self) -> None:
        self.moving.train()  # the others stay in eval, as they have been since the beginning
        self.head.train()

    def eval(self) -> None:
        self.moving.eval()  # the others always are
        self.head.eval()

    def own_noise(self) -> AbstractContextManager[None]:
        """Dropout and the like draw from a stream that this step alone decides."""
        if not len(self.learning) and not self.recipe.dropout:
            return nullcontext()  # a linear head draws nothing
        on = place.device(self.compute)
        return seeds.fork(self.recipe.seed, "step", self.step, device=on)

    def features(self, stored: torch.Tensor) -> torch.Tensor:
        """Features behind the frozen blocks -> those under the head, fp32."""
        with place.autocast(self.compute):
            under: torch.Tensor = self.learning(stored)
        return under.float()

    def scores(self, stored: torch.Tensor) -> torch.Tensor:
        """Features behind the frozen blocks -> (N, classes).  Head and loss are always fp32."""
        scores: torch.Tensor = self.head(self.features(stored))
        return scores
