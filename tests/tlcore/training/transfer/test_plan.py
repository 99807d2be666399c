"""Tests of the effect: one real step, then the whole state_dict, buffers included."""

from __future__ import annotations

import copy
from itertools import product
from typing import get_args

import pytest
import torch
from torch import nn

from tests.tlcore import toy
from tlcore import catalog
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import TransferPlan, everything, from_block, from_scratch, head_only
from tlcore.ground.variants import Learns
from tlcore.networks.backbones import build
from tlcore.training import estimate
from tlcore.training.transfer import plan as plans

ALL = {"block1", "block2", "block3", "block4", "head"}


@pytest.mark.parametrize(
    ("plan", "learning"),
    [
        (head_only(4), {"head"}),
        (from_block(4, 4), {"block4", "head"}),
        (from_block(3, 4), {"block3", "block4", "head"}),
        (everything(4), ALL),
        (from_scratch(4), ALL),
        (TransferPlan(read=3, keep=2, freeze=1), {"block2", "block3", "head"}),
    ],
)
def test_a_step_changes_the_learning_blocks_and_nothing_else(plan, learning):
    blocks, head = plans.assemble(toy.backbone(), plan, 3, seed=0)
    plans.apply(blocks, head, plan)
    plans.train_mode(blocks, head, plan)
    whole = nn.ModuleDict(dict(blocks.named_children()) | {"head": head})
    before = copy.deepcopy(whole.state_dict())
    rule = torch.optim.SGD([p for p in whole.parameters() if p.requires_grad], lr=0.1)
    head(blocks(torch.randn(8, 1, 8, 8))).pow(2).sum().backward()
    rule.step()
    after = whole.state_dict()
    moved = {name.split(".")[0] for name in after if not torch.equal(after[name], before[name])}
    assert moved == learning


@pytest.mark.parametrize("learns", get_args(Learns))
def test_every_plan_leaves_in_the_network_what_is_counted_without_torch(learns):
    row = catalog.backbone("photo")
    with torch.device("meta"):
        backbone = build("photo", pretrained=False)
    for keep, freeze in product(range(8), range(8)):
        plan = TransferPlan(7, keep, freeze, learns)
        if not plan.in_order(7):
            continue
        with torch.device("meta"):
            blocks, head = plans.assemble(backbone, plan, 3, seed=0)
        *counts, _ = plans.apply(blocks, head, plan).values()
        assert counts == [estimate.of_block(b, plan, n) for n, b in enumerate(row.blocks, 1)], plan


def test_frozen_dropout_draws_nothing():
    plan = head_only(4)
    blocks, head = plans.assemble(toy.backbone(), plan, 3, seed=0)
    plans.train_mode(blocks, head, plan)
    pictures = torch.randn(8, 1, 8, 8)
    assert torch.equal(blocks(pictures), blocks(pictures))


@pytest.mark.parametrize("plan", [(5, 4, 4), (4, 5, 4), (4, 3, 4), (4, 4, -1), (0, 0, 0)])
def test_a_plan_out_of_order_is_told_with_its_numbers(plan):
    with pytest.raises(UserError) as told:
        plans.assemble(toy.backbone(), TransferPlan(*plan), 3, seed=0)
    assert told.value.key == "plan.out_of_order"
    read, keep, freeze = plan
    assert told.value.values == {"read": read, "keep": keep, "freeze": freeze, "blocks": 4}


def test_the_backbone_stays_as_it_was():
    backbone = toy.backbone()
    before = copy.deepcopy(backbone.blocks.state_dict())
    blocks, head = plans.assemble(backbone, TransferPlan(3, 1, 1), 3, seed=0)
    plans.apply(blocks, head, TransferPlan(3, 1, 1))
    assert all(torch.equal(before[k], v) for k, v in backbone.blocks.state_dict().items())
    assert len(backbone.blocks) == 4
    assert all(p.requires_grad for p in backbone.blocks.parameters())


def test_kept_blocks_keep_and_later_ones_start_anew():
    backbone = toy.backbone()
    blocks, _ = plans.assemble(backbone, TransferPlan(4, 2, 0), 3, seed=0)
    learned, here = backbone.blocks.state_dict(), blocks.state_dict()
    for name in here:
        kept = name.split(".")[0] in {"block1", "block2"}
        if name.endswith(("0.weight", "running_mean", "running_var")):
            assert torch.equal(here[name], learned[name]) == kept, name
    assert torch.equal(here["block3.1.running_var"], torch.ones(8))
    assert torch.equal(here["block3.1.running_mean"], torch.zeros(8))


def test_new_weights_depend_on_seed_and_block_only():
    plan, scratch = TransferPlan(4, 2, 0), from_scratch(4)
    torch.manual_seed(1)
    one, head_one = plans.assemble(toy.backbone(), plan, 3, seed=7)
    torch.manual_seed(2)
    drawn = torch.rand(1)
    torch.manual_seed(2)
    two, head_two = plans.assemble(toy.backbone(), scratch, 3, seed=7)
    assert torch.equal(torch.rand(1), drawn)  # and the reader's own draws are left alone
    assert torch.equal(one.block4[0].weight, two.block4[0].weight)
    assert torch.equal(head_one.linear.weight, head_two.linear.weight)
    other, _ = plans.assemble(toy.backbone(), plan, 3, seed=8)
    assert not torch.equal(one.block4[0].weight, other.block4[0].weight)
    assert not torch.equal(one.block3[0].weight.flatten()[:9], one.block4[0].weight.flatten()[:9])


def test_new_convolutions_have_the_spread_of_he_initialisation():
    block = nn.Sequential(nn.Conv2d(64, 64, 3))
    torch.manual_seed(0)
    plans.renew(block)
    assert block[0].weight.std().item() == pytest.approx((2 / (64 * 9)) ** 0.5, rel=0.02)


def test_weights_that_cannot_be_renewed_are_a_bug_with_a_name():
    class Scale(nn.Module):
        def __init__(self):
            super().__init__()
            self.gamma = nn.Parameter(torch.ones(1))

    with pytest.raises(TypeError, match="scale has weights"):
        plans.renew(nn.ModuleDict({"scale": Scale()}))


def test_the_head_sits_on_the_block_that_is_read():
    for read, channels in enumerate(toy.WIDTHS, start=1):
        blocks, head = plans.assemble(toy.backbone(), TransferPlan(read, read, 0), 3, seed=0)
        assert head.linear.in_features == channels
        assert head(blocks(torch.randn(2, 1, 8, 8))).shape == (2, 3)


def test_counts_say_what_learns():
    blocks, head = plans.assemble(toy.backbone(), from_block(4, 4), 3, seed=0)
    counts = plans.apply(blocks, head, from_block(4, 4))
    # block4: 16*8*9 weights and 2*16 of batch-norm; head: 16*3 + 3
    assert counts["block4"] == (1184, 1184)
    assert counts["block3"] == (0, 592)
    assert counts["head"] == (51, 51)


def test_applying_another_plan_leaves_nothing_of_the_last_one():
    blocks, head = plans.assemble(toy.backbone(), everything(4), 3, seed=0)
    plans.apply(blocks, head, head_only(4))
    plans.apply(blocks, head, everything(4))
    assert all(p.requires_grad for p in blocks.parameters())


def test_a_measured_head_reads_standardised_features_and_a_new_one_the_plain_ones():
    features = torch.randn(64, 16, 2, 2) * torch.logspace(-1, 0.9, 16).view(1, -1, 1, 1) + 3
    head = plans.new_head(16, 3)
    pooled = features.mean((2, 3))
    torch.testing.assert_close(head[:3](features), pooled)
    plans.measure_head(head, features)
    seen = head[:3](features)
    torch.testing.assert_close(seen.mean(0), torch.zeros(16), atol=1e-4, rtol=0)
    torch.testing.assert_close(seen.std(0), torch.ones(16), atol=1e-4, rtol=0)


def test_a_feature_that_never_moves_is_not_blown_up():
    features = torch.randn(64, 4, 1, 1)
    features[:, 2] = 0.5
    head = plans.new_head(4, 3)
    plans.measure_head(head, features)
    assert head[:3](features)[:, 2].abs().max() == 0


@pytest.mark.parametrize("count", [4, 127, 128, 129, 1000, 6000])
def test_a_glance_is_spread_over_all_pictures(count):
    picks = plans.glance(count)
    assert len(picks) <= plans.GLANCE
    assert picks[0] == 0
    assert picks[-1] >= count - -(-count // plans.GLANCE)
