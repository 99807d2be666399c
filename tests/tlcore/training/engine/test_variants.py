"""Ways to learn beside the usual one: each ends as the plain loop does, and does what it says."""

from __future__ import annotations

import copy

import pytest
import torch

from tests.tlcore import toy
from tlcore.data import sets
from tlcore.ground.recipe import Compute, Recipe, TransferPlan, everything, from_block, head_only
from tlcore.ground.variants import VARIANTS
from tlcore.networks import backbones
from tlcore.networks.backbone import prepare
from tlcore.runs.spec import FineTuneSpec
from tlcore.training import estimate, strategies
from tlcore.training.engine import digest, learned, tensorfile, train
from tlcore.training.engine.plain import train_plain
from tlcore.training.transfer import plan as plans

SHORT = {"epochs": 3, "batch": 8}
RECIPES = {
    "dropout": {"dropout": 0.4},
    "towards the start": {"decay_to": "start", "weight_decay": 0.5},
    "towards the start, SGD": {"decay_to": "start", "weight_decay": 0.1, "optimizer": "sgd"},
    "uncorrected, decay": {"bias_correction": "off", "schedule": "decay"},
    "uncorrected, towards the start": {
        **{"bias_correction": "off", "decay_to": "start", "weight_decay": 0.5},
    },
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


LEARN = {
    "only the first block": (TransferPlan(4, 4, 0, "first_block"), {"block1"}),
    "the first behind frozen ones": (TransferPlan(4, 4, 1, "first_block"), {"block2"}),
    "the first, and a new one": (TransferPlan(4, 3, 1, "first_block"), {"block2", "block4"}),
    "a new one is the first": (TransferPlan(4, 3, 3, "first_block"), {"block4"}),
    "statistics": (TransferPlan(4, 4, 0, "norm_statistics"), set()),
    "statistics behind frozen ones": (TransferPlan(4, 4, 2, "norm_statistics"), set()),
    "statistics, and a new one": (TransferPlan(4, 3, 1, "norm_statistics"), {"block4"}),
}


@pytest.mark.parametrize("name", LEARN)
@pytest.mark.parametrize("how", ["dropout", "towards the start, SGD", "gradual", "all of them"])
def test_a_variant_of_what_learns_ends_as_the_plain_loop_does(name, how):
    plan, recipe = LEARN[name][0], RECIPES[how] | {"augment": "shift", "views": 2}
    blocks, head = train_plain(toy.backbone(), toy.images(), plan, Recipe(**SHORT | recipe))
    plain = digest.of_texts([digest.of_module(blocks), digest.of_module(head)])
    assert run(plan, **recipe)[-1]["weights_sha256"] == plain


@pytest.mark.parametrize("name", LEARN)
def test_only_what_is_to_learn_moves_and_the_rows_say_so(name):
    plan, expected = LEARN[name]
    running = train(toy.backbone(), toy.images(), plan, Recipe(**SHORT))
    start = next(running)
    state = running.gi_frame.f_locals["state"]
    before = copy.deepcopy(state.blocks.state_dict())
    rows = [start, *running]
    after = state.blocks.state_dict()
    moved = {name.split(".")[0] for name in after if not torch.equal(after[name], before[name])}
    assert moved == expected
    assert {g["name"] for g in start["groups"] if g["learning"]} == expected | {"head"}
    assert {g["name"] for g in start["groups"] if g["state"] != "frozen"} == expected | {"head"}
    assert {g["name"] for g in start["groups"] if g["lr_scale"] is None} == {
        f"block{n}" for n in range(1, 5)
    } - expected
    for row in kinds(rows, "step"):
        assert set(row["grad_norm"]) == set(row["lr"]) == expected | {"head"}
    frozen = rows[-1]["frozen_sha256"]
    assert frozen["before"] == frozen["after"]
    sizes = {n: sum(p.numel() for p in b.parameters()) for n, b in state.blocks.named_children()}
    head = sum(p.numel() for p in state.head.parameters())
    assert rows[-1]["learning_parameters"] == sum(sizes[n] for n in expected) + head


def test_new_statistics_are_those_of_all_training_pictures_as_one_batch():
    """Exactly what torch's own train mode normalises with; weights and frozen blocks stay."""
    plan = TransferPlan(4, 4, 1, "norm_statistics")
    running = train(toy.backbone(), toy.images(), plan, Recipe(**SHORT))
    next(running)
    blocks = running.gi_frame.f_locals["state"].blocks.double()
    running.close()
    pixels = prepare(toy.images().train.images, toy.backbone().input).double()
    twin = copy.deepcopy(toy.backbone().blocks).double()
    for number, block in enumerate(twin):
        block.train(number >= 1)
        block[3].eval()  # its dropout
    with torch.no_grad():
        torch.testing.assert_close(blocks(pixels), twin(pixels), atol=1e-5, rtol=1e-5)
    before, after = toy.backbone().blocks.state_dict(), blocks.state_dict()
    changed = {name for name in after if not torch.equal(after[name].float(), before[name].float())}
    assert changed == {
        f"block{n}.1.{what}" for n in (2, 3, 4) for what in ("running_mean", "running_var")
    }


def test_new_statistics_have_a_name_of_their_own_in_the_store_of_features(tmp_path):
    """A head behind them must not read what the old statistics gave, nor the other way round."""
    plans_ = {learns: TransferPlan(4, 4, 0, learns) for learns in ("blocks", "norm_statistics")}
    plans_["blocks"] = head_only(4)
    ended = {
        name: {
            folder: list(
                train(
                    toy.backbone(), toy.images(), plan, Recipe(**SHORT), cache_dir=tmp_path / folder
                )
            )[-1]["weights_sha256"]
            for folder in (name, "shared")
        }
        for name, plan in plans_.items()
    }
    assert all(found[name] == found["shared"] for name, found in ended.items())
    assert ended["blocks"]["shared"] != ended["norm_statistics"]["shared"]
    again = list(
        train(
            toy.backbone(),
            toy.images(),
            plans_["norm_statistics"],
            Recipe(**SHORT),
            cache_dir=tmp_path / "shared",
        )
    )
    assert again[0]["cache"] == "disk"
    assert again[-1]["weights_sha256"] == ended["norm_statistics"]["shared"]


@pytest.mark.parametrize("name", LEARN)
def test_what_it_learned_comes_back_from_its_file(name, tmp_path):
    plan = LEARN[name][0]
    told = train(toy.backbone(), toy.images(), plan, Recipe(**SHORT), learned_file=tmp_path / "l")
    result = list(told)[-1]
    blocks, head = learned.load(toy.backbone(), plan, 3, tmp_path / "l")
    assert result["weights_sha256"] == digest.of_texts(
        [digest.of_module(blocks), digest.of_module(head)]
    )


def test_a_file_from_before_there_were_variants_is_read(tmp_path):
    plan, file = from_block(3, 4), tmp_path / "l"
    list(train(toy.backbone(), toy.images(), plan, Recipe(**SHORT), learned_file=file))
    tensors, facts = tensorfile.read(file)
    assert facts["plan"].pop("learns") == "blocks"
    tensorfile.write(file, tensors, facts)
    assert learned.load(toy.backbone(), plan, 3, file)


COUNTED = ["probe", "gradual", *(name for name, row in VARIANTS.items() if row.source)]


@pytest.mark.parametrize("name", COUNTED)
def test_a_strategy_counts_before_it_starts_what_the_engine_counts(name):
    asked = strategies.apply(name, FineTuneSpec(data="digits", train_size=20, epochs=1))
    clothing = backbones.build("clothing")
    told = train(clothing, sets.load("digits", 20), asked.plan, asked.recipe)
    groups = next(told)["groups"]
    counted = sum(g["learning"] for g in groups), sum(g["total"] for g in groups)
    assert estimate.parameters(asked) == counted
    memory = estimate.estimate(asked, Compute(), None).memory_mb
    assert estimate.WORKER_MB < memory < estimate.WORKER_MB + 200
