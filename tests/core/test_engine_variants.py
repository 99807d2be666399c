"""Ways to learn beside the usual one: each ends as the plain loop does, and does what it says."""

from __future__ import annotations

import copy

import pytest
import torch

from tests.core import toy
from tlcore import plan as plans
from tlcore.engine import digest, train
from tlcore.engine.plain import train_plain
from tlcore.recipe import Recipe, TransferPlan, everything, from_block, head_only

SHORT = {"epochs": 3, "batch": 8}
RECIPES = {
    "dropout": {"dropout": 0.4},
    "towards the start": {"decay_to": "start", "weight_decay": 0.5},
    "towards the start, SGD": {"decay_to": "start", "weight_decay": 0.1, "optimizer": "sgd"},
    "gradual": {"unfreeze": "gradual"},
    "gradual, SGD": {"unfreeze": "gradual", "optimizer": "sgd", "augment": "shift_flip"},
    "all of them": {
        **{"dropout": 0.2, "decay_to": "start", "unfreeze": "gradual"},
        **{"head_start": "solved", "layer_decay": 0.7},
    },
}
PLANS = [head_only(4), from_block(3, 4), everything(4), TransferPlan(3, 2, 1)]


def run(plan, **recipe):
    return list(train(toy.backbone(), toy.images(), plan, Recipe(**SHORT | recipe)))


def kinds(rows, kind):
    return [row for row in rows if row["kind"] == kind]


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("name", RECIPES)
def test_it_ends_with_the_weights_of_the_plain_loop(plan, name):
    blocks, head = train_plain(toy.backbone(), toy.images(), plan, Recipe(**SHORT | RECIPES[name]))
    plain = digest.of_texts([digest.of_module(blocks), digest.of_module(head)])
    assert run(plan, **RECIPES[name])[-1]["weights_sha256"] == plain


@pytest.mark.parametrize("plan", [head_only(4), everything(4)])
def test_dropout_is_at_work_in_steps_and_nowhere_else(plan):
    """The loss before the first step is the same; the first batch's is not."""
    with_it, without = run(plan, dropout=0.5), run(plan)
    assert kinds(with_it, "epoch")[0]["val_loss"] == kinds(without, "epoch")[0]["val_loss"]
    assert kinds(with_it, "step")[0]["loss"] != kinds(without, "step")[0]["loss"]
    assert with_it[-1]["learning_parameters"] == without[-1]["learning_parameters"]
    assert run(plan, dropout=0.5)[-1]["weights_sha256"] == with_it[-1]["weights_sha256"]


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
def test_decay_towards_the_start_keeps_blocks_nearer_to_it(optimizer):
    plan = TransferPlan(4, 3, 1)
    shared = {"weight_decay": 1.0, "lr": 1e-2, "epochs": 6, "optimizer": optimizer}
    near, zero = (run(plan, decay_to=to, **shared) for to in ("start", "zero"))
    near, zero = (kinds(rows, "epoch")[-1]["distance"] for rows in (near, zero))
    assert set(near) == {"block2", "block3"}
    assert all(near[name] < zero[name] for name in near)


def test_without_decay_or_kept_blocks_its_target_makes_no_difference():
    for plan, recipe in ((everything(4), {"weight_decay": 0.0}), (TransferPlan(4, 0, 0), {})):
        ended = {run(plan, decay_to=to, **recipe)[-1]["weights_sha256"] for to in ("start", "zero")}
        assert len(ended) == 1


@pytest.mark.parametrize("steps", [1, 2, 7, 8, 18, 100])
@pytest.mark.parametrize("count", [1, 4, 8])
def test_blocks_wake_one_after_the_other_in_the_first_half(count, steps):
    learning = torch.nn.Sequential(*(torch.nn.Linear(1, 1) for _ in range(count)))
    seen = []
    for step in range(1, steps + 1):
        plans.wake(learning, step, steps)
        awake = [all(p.requires_grad for p in block.parameters()) for block in learning]
        assert awake == [block.training for block in learning]
        assert awake == sorted(awake)  # the last ones first
        seen.append(sum(awake))
    assert seen == [min(count, int((step - 1) * 2 * count / steps)) for step in range(1, steps + 1)]
    assert seen[0] == 0
    if steps > 1:
        assert seen[-1] == count


def test_a_block_moves_from_the_step_on_in_which_the_rows_tell_it():
    running = train(
        toy.backbone(), toy.images(), everything(4), Recipe(**SHORT, unfreeze="gradual")
    )
    before, first = copy.deepcopy(toy.backbone().blocks.state_dict()), {}
    for row in running:
        if row["kind"] != "step":
            continue
        told = list(row["grad_norm"])
        assert told == list(row["lr"]) == list(row["rel_grad"])
        assert told == list(row.get("update_ratio", told))
        for name in told:
            first.setdefault(name, row["step"])
        now = running.gi_frame.f_locals["state"].blocks.state_dict()
        moved = {name.split(".")[0] for name in now if not torch.equal(now[name], before[name])}
        assert moved == {*told} - {"head"}
    assert first == {"head": 1, "block4": 4, "block3": 6, "block2": 8, "block1": 10}  # of 18


def test_gradual_unfreezing_of_a_head_alone_is_a_head_alone():
    assert (
        run(head_only(4), unfreeze="gradual")[-1]["weights_sha256"]
        == run(head_only(4))[-1]["weights_sha256"]
    )
