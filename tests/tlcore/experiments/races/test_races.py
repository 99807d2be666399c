"""The races over seeds: what is measured once stays, and what the record says of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tlcore.catalog import nursery
from tlcore.experiments.grown import run as grown
from tlcore.experiments.races import command as races
from tlcore.experiments.races import record as races_record
from tlcore.experiments.races.record import Steps
from tlcore.training.transfer import fine_tune


def told(*curve: float) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"kind": "epoch", "epoch": epoch, "step": 3 * epoch, "val_accuracy": accuracy}
        for epoch, accuracy in enumerate(curve)
    ]
    return [*rows, {"kind": "result", "test_accuracy": curve[-1] - 0.01}]


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Every fine-tune answers at once; what was asked for is kept."""
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path / "data"))
    seen = []

    def rows_of(spec, compute):
        seen.append(spec)
        end = 0.9 if spec.keep else 0.6
        return iter(told(0.1, end * 0.95, end) if spec.keep else told(0.1, 0.2, end))

    monkeypatch.setattr(fine_tune, "rows_of", rows_of)
    return seen


def record(monkeypatch, what, file):
    monkeypatch.setitem(races_record.FILES, what, file)
    races_record._measured.cache_clear()


@pytest.fixture(autouse=True)
def forgotten():
    yield
    races_record._measured.cache_clear()


def test_what_was_measured_is_not_measured_again(tmp_path, asked):
    file = tmp_path / "steps.json"
    races.steps(file, 2, [20])
    assert [(s.seed, s.keep, s.freeze) for s in asked] == [
        (seed, keep, freeze) for seed in (0, 1) for keep, freeze in ((8, 8), (8, 0), (0, 0))
    ]
    races.steps(file, 3, [20])
    assert [s.seed for s in asked[6:]] == [2, 2, 2]


def test_other_weights_are_measured_anew(tmp_path, asked):
    file = tmp_path / "steps.json"
    races.steps(file, 2, [20])
    found = json.loads(file.read_text(encoding="utf-8"))
    found["conditions"]["clothing"] = "other"
    file.write_text(json.dumps(found), encoding="utf-8")
    races.steps(file, 2, [20])
    assert len(asked) == 12


def test_steps_are_those_of_the_curves_and_a_seed_that_ends_below_never_reached(
    tmp_path, asked, monkeypatch
):
    file = tmp_path / "steps.json"
    races.steps(file, 2, [20])
    record(monkeypatch, "steps", file)
    fine, scratch = races_record.entrants("steps", ["fine_tune", "scratch"], 20)
    assert (fine.seeds, round(fine.accuracy, 3), fine.half_width) == (2, 0.89, 0.0)
    assert fine.own == Steps(3, 3, 3, 0) == fine.best
    assert scratch.own == Steps(6, 6, 6, 0)
    assert scratch.best == Steps(None, None, None, 2)
    assert races_record.entrants("steps", ["fine_tune", "scratch"], 40) == []


def test_each_seed_has_its_own_pre_training_which_leaves_nothing_behind(
    tmp_path, asked, monkeypatch
):
    trained = []

    def rows(spec, data_dir, folder):
        trained.append((spec.data, spec.seed, folder))
        assert folder.is_dir()
        yield {"kind": "result", "test_accuracy": 0.97}

    monkeypatch.setattr(grown, "rows", rows)
    file = tmp_path / "grown.json"
    races.grown(file, 2, [20], ["font_digits"])
    races.grown(file, 2, [20], ["font_digits"])
    assert [(data, seed) for data, seed, _ in trained] == [("font_digits", 0), ("font_digits", 1)]
    assert not any(folder.exists() for _, _, folder in trained)
    used = [nursery.run_of(s.backbone) for s in asked if s.backbone.startswith("grown-")]
    assert used == [folder.name for _, _, folder in trained]
    record(monkeypatch, "grown", file)
    names = ["grown", "stored", "tiny_scratch"]
    assert [e.name for e in races_record.entrants("grown", names, 20, "font_digits")] == names
    assert races_record.entrants("grown", names, 20, "blood") == []
    gain = races_record.gain("grown", "grown", "tiny_scratch", 20, "font_digits")
    assert gain is not None
    assert [round(value, 3) for value in gain] == [0.3, 0.0]
    assert len(races_record.pretraining("font_digits")) == 2


def test_a_middle_seed_that_never_arrives_is_said_to_be_none():
    assert races_record._steps([3, None, 9]) == Steps(9, 3, 9, 1)
    assert races_record._steps([3, None, None]) == Steps(None, 3, 3, 2)
    assert races_record._steps([]) == Steps(None, None, None, 0)
