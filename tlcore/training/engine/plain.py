"""The same training as a tutorial writes it: the readable reference for the fast path.

Every step runs the whole network, frozen blocks included.  Nothing is stored, nothing observed.
`train` must end with the same weights, to the bit (fp32, one thread, nothing frozen or no
augmentation drawn afresh): tests hold the two equal.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

from tlcore.data.images import ImageData, Split
from tlcore.ground.recipe import Compute, Recipe, TransferPlan
from tlcore.networks import seeds
from tlcore.networks.backbone import Backbone, InputSpec, ready
from tlcore.training.additions import lora
from tlcore.training.engine import augment, batches, norm_statistics, optimizer, solve
from tlcore.training.transfer.plan import (
    apply,
    assemble,
    glance,
    measure_head,
    moving,
    train_mode,
    wake,
)


class Pictures(Dataset[tuple[torch.Tensor, torch.Tensor]]):
    """One split in the views of one epoch: (prepared picture, label), one at a time."""

    def __init__(
        self, split: Split, spec: InputSpec, recipe: Recipe, views: int, epoch: int
    ) -> None:
        self.split, self.spec, self.recipe = split, spec, recipe
        self.views, self.epoch = views, epoch

    def __len__(self) -> int:
        return len(self.split)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        pick = torch.tensor([index])
        view = augment.view_numbers(pick, self.epoch, self.views)
        recipe = self.recipe
        shown = augment.show(
            self.split.images, pick, view, recipe.augment, recipe.seed, self.spec.size
        )
        return ready(shown, self.spec)[0], self.split.labels[index]


def train_plain(
    backbone: Backbone,
    data: ImageData,
    plan: TransferPlan,
    recipe: Recipe,
    frozen_in_eval: bool = True,
) -> tuple[nn.Sequential, nn.Sequential]:
    """Fine-tune a copy of `backbone` on the CPU in fp32; return (blocks, head).

    `frozen_in_eval` False is the common mistake: `model.train()` on the whole network, so that
    frozen batch-norm statistics drift and frozen dropout is at work.
    """
    blocks, head = assemble(backbone, plan, len(data.classes), recipe.seed, recipe.dropout)
    apply(blocks, head, plan)
    if plan.variant.measures:
        norm_statistics.renew(blocks, plan, data.train, backbone.input, Compute())
    if plan.fixed == plan.read:
        some = ready(data.train.images[glance(len(data.train))], backbone.input)
        with torch.no_grad():
            measure_head(head, blocks.eval()(some))
    if recipe.head_start == "solved":
        blocks.eval()
        with torch.no_grad():
            parts = [
                head.get_submodule("flatten")(
                    head.get_submodule("pool")(blocks(ready(some, backbone.input)))
                )
                for some in torch.split(data.train.images, recipe.batch)
            ]
        solve.put(head, *solve.solve(torch.cat(parts), data.train.labels, len(data.classes)))
    model = nn.Sequential(blocks, head)
    rule = optimizer.build(blocks, head, plan, recipe)
    views = augment.stored_views(plan, recipe)
    steps = recipe.epochs * len(batches.sizes(len(data.train), recipe.batch))
    step = 0
    for epoch in range(1, recipe.epochs + 1):
        if frozen_in_eval:
            train_mode(blocks, head, plan)
        else:
            model.train()
        way = batches.deal_by_length if data.train.by_length else batches.deal
        dealt = way(len(data.train), recipe.batch, recipe.seed, epoch)
        pictures = Pictures(data.train, backbone.input, recipe, views, epoch)
        loader = DataLoader(pictures, batch_sampler=[picks.tolist() for picks in dealt])
        for images, labels in loader:
            step += 1
            optimizer.set_rates(rule, optimizer.pace(recipe.schedule, step, steps))
            if recipe.unfreeze == "gradual":
                wake(moving(blocks, plan), step, steps)
            with seeds.fork(recipe.seed, "step", step):
                loss = F.cross_entropy(
                    model(images), labels, label_smoothing=recipe.label_smoothing
                )
                rule.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step(rule)
    lora.merge(blocks)
    return blocks, head


def accuracy(
    blocks: nn.Sequential, head: nn.Sequential, split: Split, spec: InputSpec, batch: int = 32
) -> float:
    """Share of right answers, everything in eval mode."""
    blocks.eval()
    head.eval()
    hits = 0
    with torch.no_grad():
        for picks in batches.in_order(len(split), batch):
            said = head(blocks(ready(split.images[picks], spec))).argmax(1)
            hits += int((said == split.labels[picks]).sum())
    return hits / len(split)
