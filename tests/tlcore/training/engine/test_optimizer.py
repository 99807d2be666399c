"""Rates, groups and schedules, against torch's and timm's own."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.tlcore import toy
from tlcore.ground.recipe import Recipe, TransferPlan, everything, from_block, head_only
from tlcore.networks import torchvision_import
from tlcore.training.engine import optimizer
from tlcore.training.transfer import plan as plans


def built(plan, recipe):
    blocks, head = plans.assemble(toy.backbone(), plan, 3, 0)
    plans.apply(blocks, head, plan)
    return blocks, head, optimizer.build(blocks, head, plan, recipe)


@pytest.mark.parametrize("steps", [2, 3, 4, 10, 37, 400])
def test_one_cycle_is_torchs(steps):
    weight = nn.Parameter(torch.zeros(1))
    rule = torch.optim.SGD([weight], lr=1.0)
    theirs = torch.optim.lr_scheduler.OneCycleLR(
        rule, max_lr=0.5, total_steps=steps, cycle_momentum=False
    )
    for step in range(1, steps + 1):
        expected = rule.param_groups[0]["lr"]
        assert 0.5 * optimizer.pace("one_cycle", step, steps) == pytest.approx(expected, rel=1e-9)
        rule.step()
        if step < steps:
            theirs.step()


@pytest.mark.parametrize("steps", [2, 3, 4, 10, 37, 400])
def test_decay_is_torchs_cosine_from_the_peak_to_where_one_cycle_ends(steps):
    weight = nn.Parameter(torch.zeros(1))
    rule = torch.optim.SGD([weight], lr=0.5)
    theirs = torch.optim.lr_scheduler.CosineAnnealingLR(rule, steps - 1, eta_min=0.5 / 25e4)
    for step in range(1, steps + 1):
        expected = rule.param_groups[0]["lr"]
        assert 0.5 * optimizer.pace("decay", step, steps) == pytest.approx(expected, rel=1e-6)
        rule.step()
        theirs.step()
    assert optimizer.pace("decay", 1, steps) == 1.0
    assert optimizer.pace("decay", steps, steps) == optimizer.pace("one_cycle", steps, steps)


def test_decay_differs_from_one_cycle_in_its_beginning_and_not_in_its_mean():
    """What a rise does can be told from what a fall and a lower mean do."""
    steps = range(1, 101)
    fall, cycle = ([optimizer.pace(name, s, 100) for s in steps] for name in ("decay", "one_cycle"))
    assert (fall[0], cycle[0]) == (1.0, pytest.approx(0.04))
    assert sum(fall) / 100 == pytest.approx(sum(cycle) / 100, rel=0.03)
    assert sum(fall) / 100 == pytest.approx(0.5, abs=0.001)


@pytest.mark.parametrize("name", ["one_cycle", "decay"])
def test_a_single_step_is_taken_at_the_peak(name):
    assert optimizer.pace(name, 1, 1) == 1.0


def test_constant_is_constant():
    assert {optimizer.pace("constant", step, 9) for step in range(1, 10)} == {1.0}


def test_rates_fall_by_the_decay_block_by_block_and_the_head_has_its_own():
    recipe = Recipe(lr=1e-3, head_lr=1e-2, layer_decay=0.5)
    _, _, rule = built(everything(4), recipe)
    rates = optimizer.set_rates(rule, 0.1)
    assert rates == pytest.approx(
        {"block1": 1.25e-5, "block2": 2.5e-5, "block3": 5e-5, "block4": 1e-4, "head": 1e-3}
    )
    assert {group["lr"] for group in rule.param_groups if group["name"] == "block2"} == {2.5e-5}


def test_the_ladder_counts_from_the_block_that_is_read():
    recipe = Recipe(layer_decay=0.5, lr=1e-3, head_lr=1e-3)
    blocks, _, _ = built(TransferPlan(3, 3, 1), recipe)
    scales = optimizer.scales(blocks, TransferPlan(3, 3, 1), recipe)
    assert scales == {"block2": 0.5, "block3": 1.0, "head": 1.0}


def test_the_ladder_is_timms():
    torchvision_import.ensure()  # timm imports torchvision
    timm_optim = pytest.importorskip("timm.optim")

    class Matched(nn.Module):
        """What timm's layer decay asks of a model: which layer a parameter belongs to."""

        def __init__(self):
            super().__init__()
            self.blocks, self.head = plans.assemble(toy.backbone(), everything(4), 3, 0)

        def group_matcher(self, coarse=False):
            return {"blocks": [(r"^blocks\.block(\d+)", None), (r"^head", (99,))]}

        def no_weight_decay(self):
            return set()

    model = Matched()
    theirs = timm_optim.param_groups_layer_decay(model, weight_decay=0.1, layer_decay=0.7)
    of_weight = {
        id(p): (group["lr_scale"], group["weight_decay"])
        for group in theirs
        for p in group["params"]
    }
    recipe = Recipe(lr=1.0, head_lr=1.0, layer_decay=0.7, weight_decay=0.1)
    plans.apply(model.blocks, model.head, everything(4))
    ours = optimizer.build(model.blocks, model.head, everything(4), recipe)
    seen = 0
    for group in ours.param_groups:
        for p in group["params"]:
            scale, decay = of_weight[id(p)]
            # timm counts from the head: block 4 is one below it; ours has the head apart
            expected = scale if group["name"] == "head" else scale / 0.7
            assert group["peak"] == pytest.approx(expected)
            assert group["weight_decay"] == decay
            seen += 1
    assert seen == len(of_weight) == sum(1 for _ in model.parameters())


@pytest.mark.parametrize("name", ["adamw", "sgd"])
def test_biases_and_norms_are_not_decayed_and_frozen_weights_are_in_no_group(name):
    blocks, head, rule = built(from_block(3, 4), Recipe(optimizer=name, weight_decay=0.1))
    in_groups = {id(p): group for group in rule.param_groups for p in group["params"]}
    learning = [*blocks.block3.parameters(), *blocks.block4.parameters(), *head.parameters()]
    assert set(in_groups) == {id(p) for p in learning}
    for p in learning:
        assert in_groups[id(p)]["weight_decay"] == (0.1 if p.ndim > 1 else 0.0)


@pytest.mark.parametrize("name", ["adamw", "sgd"])
def test_a_step_is_that_of_torchs_plain_optimiser(name):
    """Fused kernels against the loop that anyone can read, and the settings with it."""
    recipe = Recipe(optimizer=name, lr=0.01, head_lr=0.02, weight_decay=0.1)
    _, head, rule = built(head_only(4), recipe)
    weight, bias = head.linear.weight, head.linear.bias
    twin_weight = weight.detach().clone().requires_grad_()
    twin_bias = bias.detach().clone().requires_grad_()
    groups = [
        {"params": [twin_weight], "weight_decay": 0.1},
        {"params": [twin_bias], "weight_decay": 0.0},
    ]
    if name == "adamw":
        twin = torch.optim.AdamW(groups, lr=0.02, foreach=False)
    else:
        twin = torch.optim.SGD(groups, lr=0.02, momentum=0.9, nesterov=True, foreach=False)
    for step in range(3):
        for own, other in ((weight, twin_weight), (bias, twin_bias)):
            own.grad = torch.full_like(own, 0.1 * (step + 1))
            other.grad = own.grad.clone()
        rule.step()
        twin.step()
    torch.testing.assert_close(weight, twin_weight)
    torch.testing.assert_close(bias, twin_bias)


@pytest.mark.parametrize("name", ["adamw", "sgd"])
def test_decay_towards_the_start_is_torchs_decay_of_the_way_gone(name):
    """L2-SP: torch's own decay where a weight began at zero, and the same shifted elsewhere."""
    recipe = Recipe(optimizer=name, lr=0.01, head_lr=0.02, weight_decay=0.3, decay_to="start")
    blocks, head, rule = built(TransferPlan(4, 3, 2), recipe)
    kept, new = blocks.block3[0].weight, blocks.block4[0].weight
    usual = Recipe.weight_decay  # of what is new: no harder than that
    twins = [torch.zeros_like(kept).requires_grad_(), new.detach().clone().requires_grad_()]
    start = kept.detach().clone()
    groups = [{"params": [twins[0]], "weight_decay": 0.3}]
    groups.append({"params": [twins[1]], "weight_decay": usual})
    if name == "adamw":
        twin = torch.optim.AdamW(groups, lr=0.01, foreach=False)
    else:
        twin = torch.optim.SGD(groups, lr=0.01, momentum=0.9, nesterov=True, foreach=False)
    for step in range(3):
        for own, other in zip((kept, new), twins, strict=True):
            own.grad = torch.full_like(own, 0.1 * (step + 1))
            other.grad = own.grad.clone()
        optimizer.step(rule)
        twin.step()
    torch.testing.assert_close(kept - start, twins[0], atol=1e-6, rtol=1e-4)
    torch.testing.assert_close(new, twins[1])
    assert head.linear.weight.grad is None


def test_only_weights_of_kept_blocks_are_held_near_their_start():
    recipe = Recipe(weight_decay=0.3, decay_to="start")
    blocks, _, rule = built(TransferPlan(4, 3, 1), recipe)
    held = {id(p) for group in rule.param_groups if "start" in group for p in group["params"]}
    assert held == {id(blocks.block2[0].weight), id(blocks.block3[0].weight)}
    assert {g["weight_decay"] for g in rule.param_groups if "start" not in g} == {0.0, 0.01}
