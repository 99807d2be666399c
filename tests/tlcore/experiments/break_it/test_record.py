"""What was counted over seeds: kept, gone on with, begun anew when settings change, and quoted."""

from __future__ import annotations

import json

import pytest

from tests.tlcore.experiments.break_it.test_mishaps import BROKEN, HEALTHY
from tlcore.experiments.break_it import command, mishaps, record
from tlcore.experiments.break_it.mishaps import FAULTS


@pytest.fixture
def made(monkeypatch):
    """Runs are asked for, not trained: rate never shows with seed 2."""
    from tlcore.experiments.break_it import run as break_run

    asked = []

    def rows(spec, data_dir, folder):
        asked.append((spec.fault, spec.seed, spec.repaired))
        fine = spec.repaired or (spec.fault, spec.seed) == ("rate", 2)
        told = HEALTHY if fine else BROKEN[spec.fault]
        source = [0.95, 0.95] if spec.fault == "drift" and spec.repaired else told["source"]
        yield told | {"source": source}

    monkeypatch.setattr(break_run, "rows", rows)
    return asked


def test_each_fault_is_counted_seed_by_seed_and_quoted(made, tmp_path):
    file = tmp_path / "break_it.json"
    told = list(command.measure(file, 3, FAULTS))
    assert len(told) == 3 * len(FAULTS)
    assert len(made) == 2 * len(told)
    found = record.known("rate", file)
    assert (found.seeds, found.shows, found.cured, found.others) == (3, 2, 2, 0)
    assert record.known("drift", file).shows == 3
    table = record.table(record.read(file))
    assert "| rate | 3 | 2 | 2 | 0 | 0 |" in table


def test_an_interrupted_recording_goes_on_and_other_settings_begin_anew(
    made, tmp_path, monkeypatch
):
    file = tmp_path / "break_it.json"
    list(command.measure(file, 2, ["rate", "leak"]))
    made.clear()
    list(command.measure(file, 3, ["rate", "leak"]))
    assert {seed for _, seed, _ in made} == {2}
    changed = dict(mishaps.MISHAPS) | {"leak": mishaps.Mishap({"train_size": 50})}
    monkeypatch.setattr(mishaps, "MISHAPS", changed)
    assert record.known("leak", file) is None  # counted with others
    made.clear()
    list(command.measure(file, 1, ["rate", "leak"]))
    assert {fault for fault, _, _ in made} == {"leak"}
    assert record.known("leak", file).seeds == 1
    assert record.known("rate", file).seeds == 3


def test_weights_of_another_day_are_not_quoted(made, tmp_path):
    file = tmp_path / "break_it.json"
    list(command.measure(file, 1, ["rate"]))
    found = json.loads(file.read_text())
    found["conditions"]["backbones"]["clothing"] = "other"
    file.write_text(json.dumps(found))
    assert record.known("rate", file) is None


def test_the_shipped_count_is_of_todays_settings_and_every_symptom_shows_in_nine_of_ten():
    for fault in FAULTS:
        found = record.known(fault)
        assert found is not None, fault
        assert found.seeds >= 10
        assert found.shows >= 0.9 * found.seeds, fault
        assert found.cured >= 0.9 * found.seeds, fault
        assert found.repaired_shows == 0, fault
