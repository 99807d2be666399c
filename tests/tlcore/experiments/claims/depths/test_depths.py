"""Recording the freeze-depth curves: what is copied, what learns, on which pictures; resuming."""

import json

import pytest
import torch

from tlcore.experiments.claims.depths import command, run, spec
from tlcore.experiments.claims.depths import reading as depth_curves
from tlcore.experiments.claims.depths.reading import SPLITS, Step
from tlcore.ground.recipe import TransferPlan
from tlcore.networks import backbones

TINY = spec.Size(train=24, test=40, val=10, epochs=1, batch=12, precision="fp32")


@pytest.mark.parametrize(
    ("curve", "plan"),
    [
        ("base", TransferPlan(8, 0, 0)),
        ("BnB", TransferPlan(8, 3, 3)),
        ("AnB", TransferPlan(8, 3, 3)),
        ("BnB+", TransferPlan(8, 3, 0)),
        ("AnB+", TransferPlan(8, 3, 0)),
    ],
)
def test_the_first_blocks_are_copied_and_without_a_plus_frozen(curve, plan):
    assert spec.plan(Step("similar", curve, 3, 0)) == plan


def test_a_recording_begins_with_the_base_and_goes_through_every_depth():
    told = list(spec.steps("similar", seeds=2, tuned=1))
    assert told[0] == Step("similar", "base", 0, 0)
    assert len(set(told)) == len(told) == 2 * (1 + 8 * 2) + 8 * 2
    assert {step.n for step in told if step.curve == "AnB"} == set(range(1, 9))
    assert {step.seed for step in told if step.curve == "AnB+"} == {0}
    assert "AnB+" not in {step.curve for step in spec.steps("different", 2, 2)}


@pytest.mark.parametrize("split", SPLITS)
def test_no_picture_is_learned_and_asked_and_the_test_set_is_filled_up(split):
    size = spec.Size(train=1_000, test=2_500 if split == "different" else 5_000)
    given = run.pictures(SPLITS[split].data, size, seed=1)
    assert (len(given.train), len(given.val), len(given.test)) == (1_000, 100, size.test)
    asked = {picture.numpy().tobytes() for picture in given.test.images}
    assert not asked & {picture.numpy().tobytes() for picture in given.train.images}


@pytest.fixture
def begun(monkeypatch):
    """What each training of a recording began with: (step, backbone)."""
    told = []
    train = run.train

    def spied(begin, given, step, size, learned=None):
        told.append((step, begin))
        return train(begin, given, step, size, learned)

    monkeypatch.setattr(run, "train", spied)
    return told


@pytest.fixture
def short(monkeypatch):
    """A recording of four runs: base, and three copies of five blocks."""
    wanted = [
        Step("similar", c, n, 0) for c, n in (("base", 0), ("BnB", 5), ("AnB", 5), ("AnB+", 5))
    ]
    monkeypatch.setattr(command, "steps", lambda split, seeds, tuned: iter(wanted))
    return wanted


def weights(backbone):
    return torch.cat([p.detach().flatten() for p in backbone.blocks.parameters()])


def test_bnb_copies_what_the_base_learned_and_anb_what_is_stored(begun, short, tmp_path):
    list(command.measure(tmp_path / "d.json", TINY, ["similar"], 1, 1))
    began = {step.curve: weights(backbone) for step, backbone in begun}
    assert torch.equal(began["AnB"], weights(backbones.build("clothing")))
    assert torch.equal(began["AnB"], began["AnB+"])
    # One object: what began empty as "base" has learned by the time that BnB begins.
    empty = weights(backbones.build("clothing", pretrained=False, seed=0))
    assert not torch.equal(began["BnB"], empty)
    assert not torch.equal(began["BnB"], began["AnB"])
    assert spec.recipe(short[0], TINY).seed != spec.recipe(short[1], TINY).seed


def test_an_interrupted_recording_goes_on_and_gives_the_same_numbers(begun, short, tmp_path):
    file = tmp_path / "depths.json"
    whole = list(command.measure(file, TINY, ["similar"], 1, 1))
    assert [depth_curves.step(one) for one in whole] == short
    found = json.loads(file.read_text())
    assert found["conditions"]["train"] == 24
    found["runs"] = [one for one in found["runs"] if one["curve"] not in ("BnB", "AnB+")]
    file.write_text(json.dumps(found))
    begun.clear()
    again = list(command.measure(file, TINY, ["similar"], 1, 1))
    assert [one["curve"] for one in again] == ["BnB", "AnB+"]
    before = {one["curve"]: one["test_accuracy"] for one in whole}
    assert all(one["test_accuracy"] == before[one["curve"]] for one in again)
    assert list(command.measure(file, TINY, ["similar"], 1, 1)) == []


def test_a_file_that_was_recorded_otherwise_is_not_gone_on_with(short, tmp_path, capsys):
    file = tmp_path / "depths.json"
    list(command.measure(file, TINY, ["similar"], 1, 1))
    with pytest.raises(SystemExit):
        command.main(["--file", str(file), "--train", "48"])
    assert "recorded in another way" in capsys.readouterr().err
