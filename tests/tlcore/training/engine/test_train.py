"""The loop as a whole: what moves, what it tells, how it ends, and that it says the same twice."""

from __future__ import annotations

import copy
import gc
import json
import math
import weakref

import pytest
import torch
from torch import nn

from tests.tlcore import toy
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import (
    Compute,
    Recipe,
    TransferPlan,
    everything,
    from_block,
    from_scratch,
    head_only,
)
from tlcore.training.engine import digest, train
from tlcore.training.engine.plain import accuracy, train_plain

SHORT = Recipe(epochs=3, batch=8)
PLANS = [head_only(4), from_block(3, 4), everything(4), from_scratch(4), TransferPlan(3, 2, 1)]


def run(plan, recipe=SHORT, data=None, **more):
    return list(train(toy.backbone(), data or toy.images(), plan, recipe, **more))


def kinds(rows, kind):
    return [row for row in rows if row["kind"] == kind]


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("augment", ["none", "shift_flip"])
@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
@pytest.mark.parametrize("head_start", ["random", "solved"])
def test_the_fast_path_ends_with_the_weights_of_the_plain_loop(
    plan, augment, optimizer, head_start
):
    recipe = Recipe(
        epochs=3,
        batch=8,
        augment=augment,
        views=2,
        optimizer=optimizer,
        label_smoothing=0.1,
        head_start=head_start,
    )
    blocks, head = train_plain(toy.backbone(), toy.images(), plan, recipe)
    plain = digest.of_texts([digest.of_module(blocks), digest.of_module(head)])
    rows = run(plan, recipe)
    assert rows[-1]["weights_sha256"] == plain
    plain_accuracy = accuracy(blocks, head, toy.images().test, toy.backbone().input)
    assert rows[-1]["test_accuracy"] == plain_accuracy


@pytest.mark.parametrize("plan", PLANS)
def test_the_same_run_gives_the_same_weights_whatever_else_drew(plan):
    torch.manual_seed(1)
    first = run(plan)[-1]
    torch.manual_seed(2)
    second = []
    for row in train(toy.backbone(), toy.images(), plan, SHORT):
        torch.rand(3)  # the reader of the rows draws as it likes
        second.append(row)
    assert second[-1]["weights_sha256"] == first["weights_sha256"]
    other = run(plan, Recipe(epochs=3, batch=8, seed=1))[-1]
    assert other["weights_sha256"] != first["weights_sha256"]


def test_a_reader_finds_its_random_generator_where_it_left_it():
    torch.manual_seed(5)
    expected = torch.rand(4)
    torch.manual_seed(5)
    run(everything(4))
    assert torch.equal(torch.rand(4), expected)


def test_frozen_blocks_are_byte_identical_and_the_rest_moved():
    result = run(from_block(3, 4))[-1]
    frozen = nn.Sequential(*list(toy.backbone().blocks)[:2])
    assert result["frozen_sha256"]["before"] == result["frozen_sha256"]["after"]
    begin = train(toy.backbone(), toy.images(), from_block(3, 4), SHORT)
    next(begin)
    state = begin.gi_frame.f_locals["state"]
    learned = [copy.deepcopy(m.state_dict()) for m in (state.frozen, state.learning, state.head)]
    list(begin)
    for module, before, same in zip(
        (state.frozen, state.learning, state.head), learned, (True, False, False), strict=True
    ):
        after = module.state_dict()
        assert all(torch.equal(after[k], before[k]) for k in after) == same
    originals = frozen.state_dict().values()
    for original, after in zip(originals, state.frozen.state_dict().values(), strict=True):
        assert torch.equal(original, after)


def test_train_mode_on_the_whole_network_is_caught_by_the_frozen_hash():
    """The common mistake moves frozen statistics: the proof above can fail."""
    blocks, _ = train_plain(toy.backbone(), toy.images(), head_only(4), SHORT, frozen_in_eval=False)
    before, after = toy.backbone().blocks.state_dict(), blocks.state_dict()
    moved = {name.rsplit(".", 1)[1] for name in after if not torch.equal(after[name], before[name])}
    assert moved == {"running_mean", "running_var", "num_batches_tracked"}


def test_every_plan_sees_the_same_batches_in_the_same_order():
    seen = []
    for plan in (head_only(4), from_scratch(4)):
        running = train(toy.backbone(), toy.images(), plan, SHORT)
        orders = []
        for row in running:
            if row["kind"] == "step":
                orders.append(running.gi_frame.f_locals["picks"].tolist())
        seen.append(orders)
    assert seen[0] == seen[1]
    assert [len(picks) for picks in seen[0][:6]] == [8, 8, 8, 8, 8, 5]
    assert seen[0][:6] != seen[0][6:12]
    assert sorted(sum(seen[0][:6], [])) == list(range(45))


def test_training_learns_what_the_toy_pictures_show():
    recipe = Recipe(epochs=10, batch=8, lr=1e-2)
    rows = run(everything(4), recipe, toy.images(90))
    epochs = kinds(rows, "epoch")
    assert rows[-1]["test_accuracy"] > 0.8
    assert epochs[-1]["train_loss"] < epochs[1]["train_loss"]
    assert epochs[-1]["val_accuracy"] > epochs[0]["val_accuracy"]


def test_rows_come_in_order_and_fit_json():
    rows = run(from_block(3, 4))
    pattern = ["start", "epoch"] + (["step"] * 6 + ["epoch"]) * 3 + ["result"]
    assert [row["kind"] for row in rows] == pattern
    assert [row["step"] for row in kinds(rows, "step")] == list(range(1, 19))
    assert [row["epoch"] for row in kinds(rows, "epoch")] == [0, 1, 2, 3]
    times = [row["t"] for row in rows if "t" in row]
    assert times == sorted(times)
    json.dumps(rows, allow_nan=False)


def test_the_start_row_draws_the_plan():
    start = run(TransferPlan(read=3, keep=2, freeze=1), Recipe(epochs=1, batch=8, layer_decay=0.5))[
        0
    ]
    told = [(g["name"], g["state"], g["learning"], g["total"]) for g in start["groups"]]
    assert told == [
        ("block1", "frozen", 0, 44),
        ("block2", "kept", 304, 304),
        ("block3", "new", 592, 592),
        ("head", "new", 27, 27),
    ]
    assert [g["lr_scale"] for g in start["groups"]] == [None, 0.5, 1.0, 10.0]
    assert (start["steps_per_epoch"], start["steps"]) == (6, 6)
    assert (start["train"], start["val"], start["test"]) == (45, 20, 30)
    assert start["classes"] == ["top", "bottom", "nowhere"]
    assert start["weights_sha256"] == toy.backbone().weights_sha256


def test_frozen_groups_are_a_gap_not_a_zero():
    for row in kinds(run(from_block(3, 4)), "step"):
        for what in ("lr", "grad_norm", "rel_grad"):
            assert list(row[what]) == ["block3", "block4", "head"]


def test_update_ratios_come_every_kth_step_from_the_first():
    steps = kinds(run(everything(4), ratio_every=4), "step")
    assert [row["step"] for row in steps if "update_ratio" in row] == [1, 5, 9, 13, 17]


def test_distance_is_told_for_kept_learning_blocks_only():
    epochs = kinds(run(TransferPlan(4, 3, 1)), "epoch")
    assert epochs[0]["distance"] == {"block2": 0.0, "block3": 0.0}
    assert all(value > 0 for value in epochs[1]["distance"].values())


def test_a_run_that_diverges_keeps_its_curve_and_says_where():
    rows = run(everything(4), Recipe(epochs=5, batch=8, lr=1e6, head_lr=1e6))
    result, last = rows[-1], rows[-2]
    assert result["status"] == "diverged"
    assert result["test_accuracy"] is None
    assert result["confusion"] is None
    assert result["diverged"]["step"] == result["steps"] == last["step"]
    assert result["diverged"]["group"] in last["grad_norm"]
    assert None in (last["loss"], *last["grad_norm"].values())  # either is enough to stop
    assert all(math.isfinite(row["loss"]) for row in kinds(rows, "step")[:-1])
    json.dumps(rows, allow_nan=False)


def test_weights_that_break_in_the_last_step_diverge_too():
    """One step of an absurd rate: its own loss is finite, what it leaves behind is not."""
    recipe = Recipe(epochs=1, batch=64, optimizer="sgd", lr=1e38, head_lr=1e38)
    rows = run(from_scratch(4), recipe)
    assert rows[-3]["loss"] is not None
    assert rows[-2]["val_loss"] is None
    assert rows[-1]["status"] == "diverged"


def test_a_step_that_is_not_finite_is_not_taken():
    data = toy.images()
    running = train(toy.backbone(), data, everything(4), SHORT)
    rows = [next(running) for _ in range(4)]
    state = running.gi_frame.f_locals["state"]
    with torch.no_grad():
        state.head.linear.bias[0] = math.inf
    before = copy.deepcopy(state.blocks.state_dict())
    rows += list(running)
    assert rows[-1]["status"] == "diverged"
    weights = [k for k in before if k.endswith("weight")]
    assert all(torch.equal(before[k], state.blocks.state_dict()[k]) for k in weights)


def test_closing_a_run_early_leaves_nothing_behind():
    backbone = toy.backbone()
    before = copy.deepcopy(backbone.blocks.state_dict())
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        running = train(backbone, toy.images(), everything(4), SHORT)
        for row in running:
            if row["kind"] == "step" and row["step"] == 3:
                break
        assert torch.get_num_threads() == 1
        state = running.gi_frame.f_locals["state"]
        running.close()
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)
    assert all(torch.equal(before[k], v) for k, v in backbone.blocks.state_dict().items())
    assert all(p.grad is None for p in backbone.blocks.parameters())
    for module in [*backbone.blocks.modules(), *state.blocks.modules(), *state.head.modules()]:
        for hooks in ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks"):
            assert not getattr(module, hooks)
    assert torch.is_grad_enabled()
    blocks = weakref.ref(state.blocks)
    del running, state, row, module
    gc.collect()
    assert blocks() is None


def test_an_awkward_last_batch_of_one_joins_the_one_before():
    rows = run(everything(4), Recipe(epochs=1, batch=22))  # 45 = 22 + 22 + 1
    assert rows[0]["steps_per_epoch"] == 2
    assert len(kinds(rows, "step")) == 2


def test_cuda_without_a_card_is_one_sentence(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UserError) as told:
        run(head_only(4), compute=Compute(device="cuda"))
    assert told.value.key == "device.no_cuda"


def test_no_room_on_the_device_is_one_sentence(monkeypatch):
    def full(*_):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr("tlcore.training.engine.state.State.scores", full)
    with pytest.raises(UserError) as told:
        run(head_only(4))
    assert (told.value.key, told.value.values) == (
        "device.out_of_memory",
        {"device": "cpu", "batch": 8},
    )


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("memory_format", ["contiguous", "channels_last"])
def test_bf16_trains_close_to_fp32_with_head_and_loss_in_fp32(plan, memory_format):
    compute = Compute(precision="bf16", memory_format=memory_format)
    rows, exact = run(plan, compute=compute), run(plan)
    assert rows[-1]["status"] == "finished"
    losses = [row["loss"] for row in kinds(rows, "step")]
    expected = [row["loss"] for row in kinds(exact, "step")]
    # dropout fills its mask in memory order, so channels_last drops other values
    assert losses[0] == pytest.approx(expected[0], abs=0.2)
    assert losses != expected
    assert rows[-1]["weights_sha256"] == run(plan, compute=compute)[-1]["weights_sha256"]


@pytest.mark.gpu
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("plan", PLANS)
def test_a_card_trains_the_same_thing(plan, precision):
    if not torch.cuda.is_available():
        pytest.skip("no NVIDIA card")
    compute = Compute("cuda", precision, "channels_last")
    rows, exact = run(plan, compute=compute), run(plan)
    first, expected = kinds(rows, "step")[0], kinds(exact, "step")[0]
    assert first["loss"] == pytest.approx(expected["loss"], abs=0.2)  # its own dropout masks
    assert rows[-1]["weights_sha256"] == run(plan, compute=compute)[-1]["weights_sha256"]
    assert rows[-1]["peak_cuda_mb"] > 0
