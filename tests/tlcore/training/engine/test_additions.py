"""LoRA and adapters: what was pre-trained stays to the byte, what is added learns."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrize

from tests.tlcore import toy
from tlcore import catalog
from tlcore.ground.recipe import RANK, Recipe, TransferPlan
from tlcore.networks import torchvision_import
from tlcore.training.additions import adapters, lora
from tlcore.training.engine import digest, learned, train
from tlcore.training.engine.plain import train_plain
from tlcore.training.transfer import parts
from tlcore.training.transfer import plan as plans

SHORT = {"epochs": 3, "batch": 8}
ALL = ["block1", "block2", "block3", "block4"]
ADDED = {
    "LoRA": (TransferPlan(4, 4, 0, "lora"), ALL),
    "LoRA behind frozen ones, and a new one": (TransferPlan(4, 3, 1, "lora"), ALL[1:]),
    "biases behind frozen ones, and a new one": (TransferPlan(4, 3, 1, "biases"), ALL[1:]),
    "adapters": (TransferPlan(4, 4, 0, "adapters"), ALL),
    "adapters behind frozen ones, and a new one": (TransferPlan(4, 3, 1, "adapters"), ALL[1:]),
}
RECIPES = {
    "plain": {},
    "dropout, views": {"dropout": 0.4, "augment": "shift", "views": 2},
    "towards the start, SGD": {"decay_to": "start", "weight_decay": 0.1, "optimizer": "sgd"},
    "gradual, solved": {"unfreeze": "gradual", "head_start": "solved", "layer_decay": 0.7},
}
KINDS = pytest.mark.parametrize("learns", ["lora", "adapters"])


def pictures(count=4, side=8):
    return torch.randn(count, 1, side, side, generator=torch.Generator().manual_seed(0))


def assembled(learns, plan=(4, 4, 1)):
    found = TransferPlan(*plan, learns)
    return found, *plans.assemble(toy.backbone(), found, 3, seed=0)


def trained(plan, **recipe):
    """(rows, blocks as they ended)."""
    running = train(toy.backbone(), toy.images(), plan, Recipe(**SHORT | recipe))
    rows = [next(running)]
    blocks = running.gi_frame.f_locals["state"].blocks
    return rows + list(running), blocks


@pytest.mark.parametrize("name", ADDED)
@pytest.mark.parametrize("how", RECIPES)
def test_it_ends_with_the_weights_of_the_plain_loop(name, how):
    plan, recipe = ADDED[name][0], RECIPES[how]
    blocks, head = train_plain(toy.backbone(), toy.images(), plan, Recipe(**SHORT | recipe))
    plain = digest.of_texts([digest.of_module(blocks), digest.of_module(head)])
    assert trained(plan, **recipe)[0][-1]["weights_sha256"] == plain


@KINDS
def test_what_is_added_changes_nothing_at_the_start(learns):
    _, blocks, _ = assembled(learns)
    with torch.no_grad():
        assert torch.equal(blocks.eval()(pictures()), toy.backbone().blocks.eval()(pictures()))


def test_adapters_leave_every_byte_of_the_blocks_as_it_was():
    plan = TransferPlan(4, 4, 1, "adapters")
    _, blocks = trained(plan, epochs=6)
    for name, own in toy.backbone().blocks.named_children():
        now = blocks.get_submodule(name)
        inside = now.block if isinstance(now, adapters.Adapted) else now
        assert digest.of_module(inside) == digest.of_module(own), name  # buffers, too
        assert isinstance(now, adapters.Adapted) == (name != "block1")
        if name != "block1":
            assert now.adapter.up.weight.abs().max() > 1e-4  # it began at zero


def test_lora_changes_a_weight_by_a_matrix_of_its_rank_and_nothing_else():
    _, blocks = trained(TransferPlan(4, 4, 0, "lora"), epochs=6)
    before = toy.backbone().blocks.state_dict()
    after = blocks.state_dict()
    assert list(after) == list(before)  # merged: an ordinary network, in its own order
    matrices = {f"{name}.0.weight" for name in ALL}
    moved = {name for name in after if not torch.equal(after[name], before[name])}
    assert moved == matrices
    change = (after["block4.0.weight"] - before["block4.0.weight"]).flatten(1).double()
    assert change.shape == (16, 72)  # could be of rank 16
    strengths = torch.linalg.svdvals(change)
    assert strengths[0] > 1e-3
    assert strengths[RANK] < 1e-4 * strengths[0]  # the sum is rounded to fp32


@KINDS
def test_the_rows_tell_what_learns_and_how_much_of_it(learns):
    plan = TransferPlan(4, 3, 1, learns)
    rows, _ = trained(plan)
    groups = {group["name"]: group for group in rows[0]["groups"]}
    assert [g["state"] for g in groups.values()] == ["frozen", "kept", "kept", "new", "new"]
    assert [g["lr_scale"] is None for g in groups.values()] == [True, False, False, False, False]
    whole = toy.backbone().blocks
    for number, name in ((2, "block2"), (3, "block3")):
        size = lora.size(whole[number - 1]) if learns == "lora" else adapters.size(8)
        own = sum(p.numel() for p in whole[number - 1].parameters())
        assert (groups[name]["learning"], groups[name]["total"]) == (size, own + size)
    for row in (row for row in rows if row["kind"] == "step"):
        assert set(row["grad_norm"]) == {"block2", "block3", "block4", "head"}
    assert rows[-1]["learning_parameters"] == sum(g["learning"] for g in groups.values())
    frozen = rows[-1]["frozen_sha256"]
    assert frozen["before"] == frozen["after"]


def test_the_distance_told_is_that_of_the_weights_with_what_was_added():
    rows, blocks = trained(TransferPlan(4, 4, 2, "lora"))
    told = [row for row in rows if row["kind"] == "epoch"]
    assert set(told[0]["distance"].values()) == {0.0}
    for number in (3, 4):
        began = toy.backbone().blocks[number - 1][0].weight
        moved = (blocks[number - 1][0].weight - began).norm() / began.norm()
        assert told[-1]["distance"][f"block{number}"] == pytest.approx(moved.item(), rel=1e-5)
    rows, _ = trained(TransferPlan(4, 4, 2, "adapters"))
    assert [row for row in rows if row["kind"] == "epoch"][-1]["distance"] == {}  # none moved


@KINDS
def test_a_block_that_stays_is_in_eval_while_what_was_added_trains(learns):
    plan, blocks, head = assembled(learns, (4, 3, 1))
    plans.apply(blocks, head, plan)
    plans.train_mode(blocks, head, plan)
    assert blocks[3].training
    for block in blocks[:3]:
        added = {id(m) for part in parts.additions(block, learns) for m in part.modules()}
        assert {m.training for m in block.modules() if id(m) not in added} <= {False}
        assert all(part.training for part in parts.additions(block, learns))
    learning = {name for name, p in blocks.named_parameters() if p.requires_grad}
    new = {name for name, _ in blocks.named_parameters() if name.startswith("block4")}
    assert learning - new
    assert all(".adapter." in name or ".parametrizations." in name for name in learning - new)
    assert not [name for name in learning if name.endswith("original")]


@KINDS
def test_what_a_run_learned_comes_back_from_its_file(learns, tmp_path):
    plan = TransferPlan(4, 3, 1, learns)
    told = train(toy.backbone(), toy.images(), plan, Recipe(**SHORT), learned_file=tmp_path / "l")
    result = list(told)[-1]
    blocks, head = learned.load(toy.backbone(), plan, 3, tmp_path / "l")
    assert result["weights_sha256"] == digest.of_texts(
        [digest.of_module(blocks), digest.of_module(head)]
    )
    assert not any(parametrize.is_parametrized(module) for module in blocks.modules())


def test_merging_keeps_a_bias_where_it_was():
    layer = nn.Sequential(nn.Conv2d(3, 4, 1), nn.Flatten(), nn.Linear(4, 2))
    before = copy.deepcopy(layer.state_dict())
    lora.add(layer)
    lora.merge(layer)
    assert list(layer.state_dict()) == list(before)
    assert all(torch.equal(layer.state_dict()[name], before[name]) for name in before)
    assert [type(part) for part in layer] == [nn.Conv2d, nn.Flatten, nn.Linear]


class Both(nn.Module):
    """One of each kind of layer that LoRA is added to."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 12, 3, stride=2, padding=1)
        self.linear = nn.Linear(12, 20)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.linear(self.conv(x).mean((2, 3)))


def test_the_same_matrices_give_what_peft_gives():
    """Outputs, numbers that learn, merged weights, and the defaults of rank and alpha."""
    torchvision_import.ensure()  # peft imports transformers, and that torchvision
    from peft import LoraConfig, get_peft_model

    before = Both().requires_grad_(False)
    ours = copy.deepcopy(before)
    usual = LoraConfig()
    assert (usual.r, usual.lora_alpha) == (RANK, lora.ALPHA)
    theirs = get_peft_model(
        copy.deepcopy(before), LoraConfig(target_modules=["conv", "linear"], lora_dropout=0.0)
    )
    lora.add(ours)
    for name in ("conv", "linear"):
        peft = theirs.base_model.model.get_submodule(name)
        a, b = peft.lora_A["default"].weight, peft.lora_B["default"].weight
        assert b.abs().max() == 0  # so does ours begin
        nn.init.normal_(b)
        (part,) = lora.additions(getattr(ours, name))
        assert part.b.abs().max() == 0
        torch.testing.assert_close(part.a.std(), a.std(), rtol=0.2, atol=0)  # the same start of A
        with torch.no_grad():
            part.a.copy_(a.flatten(1))
            part.b.copy_(b.flatten(1))
    learning, total = theirs.get_nb_trainable_parameters()
    assert sum(p.numel() for p in ours.parameters() if p.requires_grad) == learning
    assert sum(p.numel() for p in ours.parameters()) == total
    x = torch.randn(5, 3, 8, 8)
    expected = theirs(x)
    torch.testing.assert_close(ours(x), expected, rtol=1e-4, atol=1e-5)
    merged = theirs.merge_and_unload()
    lora.merge(ours)
    assert not torch.allclose(merged.conv.weight, before.conv.weight, atol=0.1)  # it does much
    for name, weight in merged.state_dict().items():
        torch.testing.assert_close(ours.state_dict()[name], weight, rtol=1e-4, atol=1e-5)


def test_grouped_convolutions_are_left_alone():
    layer = nn.Sequential(nn.Conv2d(8, 8, 3, groups=8), nn.BatchNorm2d(8))
    lora.add(layer)
    assert not lora.additions(layer)
    assert lora.size(layer) == 0


@pytest.mark.parametrize("name", ["clothing", "photo"])
def test_additions_are_a_small_part_of_the_network(name):
    row = catalog.backbone(name)
    assert sum(b.added("lora") for b in row.blocks) < row.parameters / 5
    assert sum(b.added("adapters") for b in row.blocks) < row.parameters / 10
