"""What the optimiser learns with: a rate for each group, and how it changes over the steps.

Built after the plan was applied, from what learns: a frozen weight is in no group, so neither
weight decay nor momentum can move it.
"""

from __future__ import annotations

import torch
import torch._dynamo  # torch's optimisers import it when first made, 1 s: a warm worker has it
from torch import nn

from tlcore.ground.recipe import Recipe, TransferPlan
from tlcore.training.engine.rows import PerGroup
from tlcore.training.engine.uncorrected import Uncorrected
from tlcore.training.rates import (
    pace as pace,
)  # of the schedule: the loops call it by this room's name
from tlcore.training.rates import scale as rung


def scales(blocks: nn.Sequential, plan: TransferPlan, recipe: Recipe) -> dict[str, float]:
    """Rate of each learning group over the recipe's `lr`: layer_decay ** (read - block number)."""
    ladder = {
        name: rung(recipe.layer_decay, plan.read, number)
        for number, (name, _) in enumerate(blocks.named_children(), start=1)
        if plan.moves(number)
    }
    return ladder | {"head": recipe.head_lr / recipe.lr}


def build(
    blocks: nn.Sequential, head: nn.Module, plan: TransferPlan, recipe: Recipe
) -> torch.optim.Optimizer:
    """One parameter group per block for weights and one for the rest, with its `peak` rate.

    Biases and normalisation parameters (one dimension) are not decayed: decay would pull a
    batch-norm scale towards a dead channel.
    """
    modules = dict(blocks.named_children()) | {"head": head}
    held = recipe.decay_to == "start"
    kept = list(modules)[: plan.keep]
    groups = []
    for name, scale in scales(blocks, plan, recipe).items():
        peak = recipe.head_lr if name == "head" else recipe.lr * scale
        learning = [p for p in modules[name].parameters() if p.requires_grad]
        for decay, decays in ((recipe.weight_decay, True), (0.0, False)):
            params = [p for p in learning if (p.ndim > 1) == decays]
            if params:
                common = {"name": name, "peak": peak, "lr": peak, "weight_decay": decay}
                if held and decay and name in kept:
                    start = [w.detach().clone() for w in params]
                    common |= {"weight_decay": 0.0, "pull": decay, "start": start}
                elif held:  # what is new is not pulled to zero harder than usual
                    common["weight_decay"] = min(decay, Recipe.weight_decay)
                groups.append({"params": params} | common)
    # fused: one kernel for all weights instead of a Python loop over them
    if recipe.optimizer == "adamw":
        if recipe.bias_correction == "off":
            return Uncorrected(groups)
        return torch.optim.AdamW(groups, fused=True)
    return torch.optim.SGD(groups, lr=recipe.lr, momentum=0.9, nesterov=True, fused=True)


def step(optimizer: torch.optim.Optimizer) -> None:
    pull(optimizer)
    optimizer.step()


def pull(optimizer: torch.optim.Optimizer) -> None:
    """Weight decay towards where a weight began (L2-SP, Li et al. 2018, arXiv:1802.01483).

    As decay towards zero goes: decoupled from the gradient for AdamW, a part of it for SGD.
    Before the step, between backward and it; a weight without a gradient is left alone.
    """
    decoupled = isinstance(optimizer, torch.optim.AdamW)
    for group in optimizer.param_groups:
        for weight, start in zip(group["params"], group.get("start", ()), strict=False):
            if weight.grad is None:
                continue
            with torch.no_grad():
                if decoupled:
                    weight.lerp_(start, group["lr"] * group["pull"])
                else:
                    weight.grad.add_(weight - start, alpha=group["pull"])


def set_rates(optimizer: torch.optim.Optimizer, share: float) -> PerGroup:
    """Set every group's rate to `share` of its peak; return {group: rate} of those that learn."""
    rates: PerGroup = {}
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * share
        if group["params"][0].requires_grad:  # else its turn has not come
            rates[group["name"]] = group["lr"]
    return rates
