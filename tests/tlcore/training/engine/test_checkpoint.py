"""A run that was paused, wherever and however often, tells and learns the same to the bit."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from torch import nn

from tests.tlcore import toy
from tlcore.data import sets
from tlcore.data.images import Split
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
from tlcore.networks import backbones
from tlcore.networks.backbone import Backbone, InputSpec
from tlcore.training.engine import Checkpoint, supply, tensorfile, train

pytestmark = pytest.mark.usefixtures("unhurried")

SMALL = {"epochs": 2, "batch": 16}
CLOCK = {"t", "seconds", "images_per_second", "peak_memory_mb"}
CASES = {
    "head": (head_only(4), {}),
    "head, views": (head_only(4), {"augment": "shift_flip", "views": 2}),
    "partial": (from_block(3, 4), {}),
    "partial, views": (from_block(3, 4), {"augment": "shift_flip", "views": 2}),
    "partial, sgd": (from_block(3, 4), {"optimizer": "sgd", "layer_decay": 0.7}),
    "everything": (everything(4), {}),
    "everything, fresh views": (everything(4), {"augment": "shift_flip"}),
    "everything, sgd": (everything(4), {"optimizer": "sgd"}),
    "scratch": (from_scratch(4), {"label_smoothing": 0.1}),
    "gradual": (everything(4), {"unfreeze": "gradual", "decay_to": "start", "weight_decay": 0.5}),
    "gradual, sgd": (from_block(2, 4), {"unfreeze": "gradual", "optimizer": "sgd"}),
    "head, dropout": (head_only(4), {"dropout": 0.5}),
    "first block": (TransferPlan(4, 4, 1, "first_block"), {"decay_to": "start"}),
    "statistics": (TransferPlan(4, 3, 0, "norm_statistics"), {"augment": "shift", "views": 2}),
    "LoRA": (TransferPlan(4, 3, 1, "lora"), {"augment": "shift", "views": 2}),
    "LoRA, gradual": (TransferPlan(4, 4, 0, "lora"), {"unfreeze": "gradual", "optimizer": "sgd"}),
    "adapters": (TransferPlan(4, 3, 1, "adapters"), {"unfreeze": "gradual"}),
    "uncorrected": (everything(4), {"bias_correction": "off", "schedule": "decay"}),
    "uncorrected, gradual": (from_block(2, 4), {"bias_correction": "off", "unfreeze": "gradual"}),
    "early": (TransferPlan(3, 2, 1), {"augment": "shift", "schedule": "constant"}),
}
BF16 = Compute(precision="bf16", memory_format="channels_last")


def told(rows):
    """All that a run says, without its clock; how far the cache is depends on the clock."""
    rows = [row for row in rows if row["kind"] != "cache"]
    return [{k: v for k, v in row.items() if k not in CLOCK} for row in rows]


class Trial:
    """One run, whole or cut into stretches that each know the one before by its file only."""

    def __init__(self, path, plan, backbone=None, pictures=None, compute=Compute(), **recipe):  # noqa: B008 - frozen
        self.path, self.plan, self.compute = path, plan, compute
        self.backbone, self.pictures = backbone or toy.backbone(), pictures or toy.images()
        self.recipe = Recipe(**SMALL | recipe)

    def begin(self, checkpoint=None):
        return train(
            self.backbone,
            self.pictures,
            self.plan,
            self.recipe,
            self.compute,
            ratio_every=3,
            checkpoint=checkpoint,
        )

    def whole(self):
        return list(self.begin())

    def saved_on_the_way(self):
        """The rows of a run that is not paused but saved after each row, and what was saved."""
        self.path.unlink(missing_ok=True)
        rows, states = [], []
        for row in self.begin(checkpoint := Checkpoint(self.path)):
            rows.append(row)
            if row["kind"] != "result":
                checkpoint.save(len(rows))
                states.append(self.path.read_bytes())
        return rows, states

    def resumed(self, state):
        """What is told by a run that goes on from this state."""
        self.path.write_bytes(state)
        checkpoint = Checkpoint(self.path)
        torch.manual_seed(checkpoint.rows)  # whatever the process drew before
        return list(self.begin(checkpoint))

    def cut(self, *places):
        """Paused after these rows (counted from 1)."""
        rows = []
        self.path.unlink(missing_ok=True)
        for place in [*places, None]:
            checkpoint = Checkpoint(self.path)
            assert checkpoint.rows == len(rows)
            torch.manual_seed(len(rows))  # whatever the process drew before
            running = self.begin(checkpoint)
            for row in running:
                rows.append(row)
                if len(rows) == place:
                    if not checkpoint.ready:
                        return rows + list(running)
                    checkpoint.save(len(rows))
                    break
            running.close()
        return rows


@pytest.mark.parametrize("compute", [Compute(), BF16], ids=["fp32", "bf16, channels_last"])
@pytest.mark.parametrize("name", CASES)
def test_a_pause_after_any_row_changes_nothing(name, compute, tmp_path):
    plan, recipe = CASES[name]
    trial = Trial(tmp_path / "state", plan, compute=compute, **recipe)
    whole = told(trial.whole())
    assert [row["kind"] for row in whole] == [
        "start", "epoch", *(["step"] * 3 + ["epoch"]) * 2, "result"
    ]  # fmt: skip
    goes_on_from_each_row(trial, whole)
    assert told(trial.cut(*range(1, len(whole)))) == whole  # after each of them, in one run


def goes_on_from_each_row(trial, whole, stride=1):
    """What was saved there is resumed: the rows before it need not be learned again each time."""
    rows, states = trial.saved_on_the_way()
    assert told(rows) == whole  # who saves disturbs nothing
    assert len(states) == len(whole) - 1
    for place, state in enumerate(states[::stride]):
        assert told(trial.resumed(state)) == whole[1 + place * stride :], place


BEST = {"epochs": 8, "schedule": "constant", "kept_epoch": "best"}
FAST = {"lr": 0.03, "head_lr": 0.09}


@pytest.mark.parametrize("patience", [None, 2])
@pytest.mark.parametrize(
    "plan", [head_only(4), from_block(3, 4), everything(4), TransferPlan(4, 3, 1, "lora")]
)
def test_a_pause_keeps_the_best_epoch_so_far(plan, patience, tmp_path):
    """Its weights are not those that go on learning: they are in the file beside them."""
    trial = Trial(
        tmp_path / "state", plan, pictures=toy.images(val=60), patience=patience, **BEST | FAST
    )
    whole = told(trial.whole())
    goes_on_from_each_row(trial, whole, stride=2)
    assert told(trial.cut(*range(1, len(whole)))) == whole  # after each of them, in one run


def test_the_epoch_that_is_kept_was_learned_before_the_pause(tmp_path):
    """Else the test above would say nothing."""
    trial = Trial(tmp_path / "state", head_only(4), pictures=toy.images(val=60), **BEST | FAST)
    rows = trial.whole()
    kept = rows[-1]["kept"]
    assert 0 < kept["epoch"] < kept["of"]
    behind = next(i for i, row in enumerate(rows, 1) if row.get("epoch") == kept["epoch"] + 1)
    assert told(trial.cut(behind)) == told(rows)


def test_a_run_that_was_paused_before_one_could_choose_an_epoch_goes_on(tmp_path):
    trial = Trial(tmp_path / "state", from_block(3, 4))
    whole = trial.whole()
    running = trial.begin(checkpoint := Checkpoint(trial.path))
    rows = [next(running) for _ in range(4)]
    checkpoint.save(len(rows))
    running.close()
    tensors, facts = tensorfile.read(trial.path)
    del facts["kept"]
    for later in ("kept_epoch", "patience"):
        del facts["of"]["recipe"][later]
    tensorfile.write(trial.path, tensors, facts)
    assert told([*rows, *trial.begin(Checkpoint(trial.path))]) == told(whole)


@pytest.mark.parametrize("plan", [head_only(8), from_block(7, 8), everything(8), from_scratch(8)])
def test_the_real_network_too(plan, tmp_path):
    digits = sets.load("digits", 33)
    val, test = (Split(s.images[:50], s.labels[:50]) for s in (digits.val, digits.test))
    few = dataclasses.replace(digits, val=val, test=test)
    trial = Trial(
        tmp_path / "state", plan, backbones.build("clothing"), few, augment="shift", views=2
    )
    whole = told(trial.whole())
    rows, states = trial.saved_on_the_way()
    assert told(rows) == whole
    for place in (2, 3, len(whole) - 1):
        assert told(trial.resumed(states[place - 1])) == whole[place:], place
    assert told(trial.cut(*range(1, len(whole), 2))) == whole


@pytest.mark.gpu
@pytest.mark.parametrize("name", ["head", "partial", "everything", "everything, sgd"])
def test_a_pause_on_a_card_changes_nothing(name, tmp_path):
    if not torch.cuda.is_available():
        pytest.skip("no NVIDIA card")
    plan, recipe = CASES[name]
    trial = Trial(
        tmp_path / "state", plan, compute=Compute("cuda", "bf16", "channels_last"), **recipe
    )
    whole = [row | {"peak_cuda_mb": 0} for row in told(trial.whole())]
    for place in range(1, len(whole)):
        assert [row | {"peak_cuda_mb": 0} for row in told(trial.cut(place))] == whole, place


@pytest.mark.parametrize("memory_bytes", [supply.MEMORY_BYTES, 0], ids=["stored", "recomputed"])
def test_a_pause_while_features_are_computed_changes_nothing(memory_bytes, monkeypatch, tmp_path):
    monkeypatch.setattr(supply, "_TELL_EVERY_S", 0.0)
    monkeypatch.setattr(supply, "MEMORY_BYTES", memory_bytes)
    trial = Trial(tmp_path / "state", from_block(3, 4))
    whole = trial.whole()
    expected = told(whole)
    kinds = [row["kind"] for row in whole]
    if memory_bytes:
        assert kinds[1:3] == ["cache", "cache"]
        assert kinds[-2:] == ["cache", "result"]  # in the pass over the test pictures
    for place in (1, 2, 3, 4, len(whole) - 2, len(whole) - 1):
        assert told(trial.cut(place)) == expected, place


def test_a_probe_that_takes_no_step_can_be_paused(tmp_path):
    trial = Trial(tmp_path / "state", head_only(4), epochs=0, head_start="solved")
    whole = told(trial.whole())
    assert [row["kind"] for row in whole] == ["start", "epoch", "result"]
    for place in (1, 2):
        assert told(trial.cut(place)) == whole, place


def test_the_clock_goes_on_where_it_stood(tmp_path):
    trial = Trial(tmp_path / "state", everything(4))
    rows = trial.cut(2, 4, 7)
    times = [row["t"] for row in rows if "t" in row]
    assert times == sorted(times)
    spent = rows[-1]["seconds"]
    parts = sum(value for name, value in spent.items() if name != "total")
    assert parts <= spent["total"] + 1e-4
    assert spent["train"] > 0


def test_a_run_that_broke_is_not_paused_before_its_last_row(tmp_path):
    trial = Trial(tmp_path / "state", everything(4), lr=1e6, head_lr=1e6, optimizer="sgd", epochs=5)
    whole = trial.whole()
    assert whole[-1]["status"] == "diverged"
    checkpoint = Checkpoint(tmp_path / "state")
    ready = [checkpoint.ready for _ in trial.begin(checkpoint)]
    assert ready == [True] * (len(whole) - 2) + [False] * 2
    assert told(trial.cut(len(whole) - 2)) == told(whole)
    assert told(trial.cut(len(whole) - 1)) == told(whole)


def test_before_the_first_row_there_is_nothing_to_save(tmp_path):
    assert not Checkpoint(tmp_path / "state").ready
    assert not Checkpoint().ready
    assert not Checkpoint(tmp_path / "state").found


def damaged(good, how):
    return {
        "cut": good[:-3],
        "flipped": good[:-1] + bytes([good[-1] ^ 1]),
        "empty": b"",
        "foreign": b"\x02\0\0\0\0\0\0\0{}",
    }[how]


@pytest.mark.parametrize("how", ["cut", "flipped", "empty", "foreign"])
def test_a_damaged_state_is_told(how, tmp_path):
    trial = Trial(tmp_path / "state", everything(4))
    trial.cut(4)
    trial.path.write_bytes(damaged(trial.path.read_bytes(), how))
    with pytest.raises(UserError, match=r"run\.state_damaged"):
        Checkpoint(trial.path)


@pytest.mark.parametrize("other", ["weights", "pictures", "recipe", "plan", "precision"])
def test_a_state_of_another_run_is_told(other, tmp_path):
    Trial(tmp_path / "state", everything(4)).cut(4)
    changed = {
        "weights": Trial(tmp_path / "state", everything(4), backbone=toy.backbone(seed=1)),
        "pictures": Trial(tmp_path / "state", everything(4), pictures=toy.images(seed=1)),
        "recipe": Trial(tmp_path / "state", everything(4), lr=2e-3),
        "plan": Trial(tmp_path / "state", from_block(2, 4)),
        "precision": Trial(tmp_path / "state", everything(4), compute=BF16),
    }[other]
    with pytest.raises(UserError, match=r"run\.state_damaged"):
        list(changed.begin(Checkpoint(tmp_path / "state")))


def test_a_run_that_was_paused_before_a_setting_came_goes_on(tmp_path):
    trial = Trial(tmp_path / "state", everything(4))
    whole = told(trial.whole())
    rows = trial.cut(4)  # to its end, and the last state saved lies behind row 4
    tensors, facts = tensorfile.read(trial.path)
    assert facts["of"]["recipe"].pop("bias_correction") == "on"
    tensorfile.write(trial.path, tensors, facts)
    assert told(rows[:4] + list(trial.begin(Checkpoint(trial.path)))) == whole


def test_a_state_that_cannot_be_written_leaves_the_last_one(tmp_path, monkeypatch):
    trial = Trial(tmp_path / "state", everything(4))
    trial.cut(4)
    before = trial.path.read_bytes()
    checkpoint = Checkpoint(trial.path)
    running = trial.begin(checkpoint)
    next(running)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tlcore.training.engine.tensorfile.os.replace", full)
    with pytest.raises(OSError, match="No space"):
        checkpoint.save(5)
    assert trial.path.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def strides_of(running):
    rule = running.gi_frame.f_locals["state"].optimizer
    weights = [weight for group in rule.param_groups for weight in group["params"]]
    return [rule.state[weight]["exp_avg"].stride() for weight in weights]


def test_the_optimizer_goes_on_with_the_strides_of_its_weights(tmp_path):
    """Fused rules walk through weight, gradient and memory side by side, as they lie."""

    class Odd(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 4, 1)
            self.next = nn.Conv2d(4, 4, 3, padding=1)

        def forward(self, x):
            return self.next(self.conv(x))

    backbone = Backbone("odd", nn.Sequential(Odd()), (4,), InputSpec(8, 1, (0.5,), (0.5,)), "odd")
    trial = Trial(tmp_path / "state", everything(1), backbone, compute=BF16)
    running = trial.begin(checkpoint := Checkpoint(trial.path))
    for row in running:
        if row["kind"] == "step":
            break
    strides = strides_of(running)
    checkpoint.save(3)
    resumed = trial.begin(Checkpoint(trial.path))
    next(resumed)
    assert strides_of(resumed) == strides
    assert any(stride[-1] != 1 for stride in strides if len(stride) == 4)
