"""Runs that go wrong on purpose, on a toy network: what each fault does, by its effect."""

from __future__ import annotations

import json

import pytest
import torch

from tests.tlcore import toy
from tlcore.data import sets
from tlcore.data.images import ImageData, Split
from tlcore.experiments.break_it import run as break_run
from tlcore.experiments.break_it.run import pictures as break_pictures
from tlcore.experiments.break_it.run import state as break_state
from tlcore.experiments.break_it.spec import BreakSpec
from tlcore.ground.recipe import Compute, Recipe, everything, head_only
from tlcore.networks import backbones
from tlcore.training.engine import digest, train
from tlcore.training.engine.state import State
from tlcore.training.transfer import source_memory


class OldTask:
    """Stands in for the source task: the mean of the last running statistics."""

    def of(self, blocks):
        return round(float(blocks.state_dict()["block4.1.running_mean"].abs().mean()), 4)


@pytest.fixture(autouse=True)
def toys(monkeypatch):
    monkeypatch.setattr(backbones, "build", lambda name: toy.backbone())
    monkeypatch.setattr(
        sets, "load", lambda name, size, seed, knobs: toy.images(train=size, seed=seed)
    )
    monkeypatch.setattr(source_memory, "of", lambda backbone, name: OldTask())


def run(tmp_path, fault, **more):
    asked = BreakSpec(**{"fault": fault, "train_size": 30, "epochs": 3, "batch": 8} | more)
    *before, result = break_run.rows(asked, tmp_path, tmp_path)
    assert [row["done"] for row in before] == list(range(asked.epochs + 1))
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    return result


def test_a_head_that_the_optimiser_does_not_hold_keeps_every_byte_and_has_a_gradient(tmp_path):
    broken = run(tmp_path, "lost_head", learns="head_only")
    assert broken["proof"]["held"] == 0
    assert broken["proof"]["before"] == broken["proof"]["after"]
    assert min(broken["head_norms"]) > 0
    repaired = run(tmp_path, "lost_head", learns="head_only", repaired=True)
    assert repaired["proof"]["held"] == repaired["proof"]["tensors"] == 2
    assert repaired["proof"]["before"] != repaired["proof"]["after"]


def test_statistics_move_under_weights_that_do_not_and_stay_where_the_blocks_are_in_eval(tmp_path):
    broken, repaired = (run(tmp_path, "drift", repaired=r)["proof"] for r in (False, True))
    assert broken["before"]["weights"] == broken["after"]["weights"]
    assert broken["before"]["all"] != broken["after"]["all"]
    assert min(broken["moved"].values()) > 0
    assert repaired["before"] | {"head": ""} == repaired["after"] | {"head": ""}
    assert set(repaired["moved"].values()) == {0}
    assert broken["before"]["head"] != broken["after"]["head"]  # the head did learn


def test_frozen_by_hand_is_frozen_as_the_engine_freezes():
    """The same blocks to the byte, and the same number of weights that learn."""
    recipe, kept = Recipe(epochs=2, batch=8), {}

    def look(state):
        kept["blocks"] = digest.of_module(state.blocks)

    by_hand = {"memory": look, "begin": break_state.Frozen.begin}
    *_, hand = train(toy.backbone(), toy.images(), everything(4), recipe, Compute(), **by_hand)
    *_, engines = train(toy.backbone(), toy.images(), head_only(4), recipe, Compute())
    assert kept["blocks"] == engines["frozen_sha256"]["after"]
    assert hand["learning_parameters"] == engines["learning_parameters"]


def test_without_a_fault_of_the_loop_the_state_is_the_engines():
    for fault in ("rate", "labels", "leak", "source", "normalisation", "too_little"):
        assert break_run._state(BreakSpec(fault=fault)) is State
    assert break_run._state(BreakSpec(fault="lost_head", repaired=True)) is State


def test_labels_are_mixed_up_and_none_is_lost(tmp_path):
    given = break_pictures.load(BreakSpec(fault="labels", train_size=30))
    true = toy.images(train=30).train
    assert torch.equal(given.train.images, true.images)
    assert not torch.equal(given.train.labels, true.labels)
    assert given.train.labels.sort().values.equal(true.labels.sort().values)
    proof = run(tmp_path, "labels")["proof"]
    assert proof["right"] == int((given.train.labels == true.labels).sum())
    assert (tmp_path / proof["sheet"]["file"]).exists()
    assert run(tmp_path, "labels", repaired=True)["proof"]["right"] == 30


def textured(count, seed):
    """Pictures that differ in their fine structure, as photographs do: 24 px of smooth noise."""
    stream = torch.Generator().manual_seed(seed)
    small = torch.rand(count, 1, 12, 12, generator=stream)
    large = torch.nn.functional.interpolate(small, (24, 24), mode="bilinear")
    return Split((large * 200).to(torch.uint8), torch.arange(count) % 3)


def test_copies_before_the_split_leave_a_twin_of_every_validation_picture(monkeypatch, tmp_path):
    parts = textured(30, 0), textured(20, 1), textured(30, 2)
    pictures = ImageData("toy", ("a", "b", "c"), *parts, "sha")
    monkeypatch.setattr(sets, "load", lambda name, size, seed, knobs: pictures)
    broken = run(tmp_path, "leak")["proof"]
    assert broken["twins"]["val"] >= 0.9 * broken["of"]["val"]
    assert broken["twins"]["new"] == 0
    repaired = run(tmp_path, "leak", repaired=True)["proof"]
    assert repaired["twins"] == {"val": 0, "new": 0}
    assert repaired["sheet"] is None
    assert repaired["of"]["val"] == broken["of"]["val"]


def test_in_use_the_pictures_are_normalised_otherwise_and_validation_does_not_notice(tmp_path):
    learns = {"lr": 0.02, "epochs": 6}
    broken, repaired = (run(tmp_path, "normalisation", repaired=r, **learns) for r in (False, True))
    assert broken["end"]["val"] == repaired["end"]["val"]
    assert broken["end"]["again"] != repaired["end"]["again"]
    learned, used = (broken["proof"][name] for name in ("learned", "used"))
    assert learned != used  # toy pixels: (x - .5) / .5
    assert learned["mean"] == pytest.approx((used["mean"] - 0.5) / 0.5, abs=2e-3)
    assert repaired["proof"]["learned"] == repaired["proof"]["used"] == learned


def test_a_rate_that_makes_the_loss_no_number_is_a_result_and_no_failure(tmp_path):
    asked = BreakSpec(fault="rate", train_size=30, epochs=3, batch=8, lr=10.0, head_lr=100.0)
    *_, told = break_run.rows(asked, tmp_path, tmp_path)  # it may end early
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told["status"] == "finished"
    assert told["proof"]["lr"] == 10.0
    assert max(told["proof"]["ratios"].values()) > 1
