"""The names of runs: every kind's, as they were when fixtures/hashes.json was written.

A renamed field, a changed default or a since-when that moved is another hash, and whoever has
that run would train it again.  Weights and pictures may change with good reason, and versions do:
in place of their fingerprints stands the word for them.  A new kind is two new lines in the file;
a line that is there is not changed.
"""

from __future__ import annotations

import json

import pytest

from tlcore.catalog import hub_files, objective_models
from tlcore.experiments.break_it import arms as break_arms
from tlcore.ground import recorded
from tlcore.ground.paths import ROOT
from tlcore.ground.recipe import Compute
from tlcore.runs import registry, spec

ROWS = json.loads((ROOT / "tests" / "fixtures" / "hashes.json").read_text("utf-8"))
COMPUTE = Compute(device="cpu", precision="fp32", memory_format="contiguous", threads=1)
OUTSIDE = ("backbone", "data", "texts", "torch", "engine")  # of the spec: files and versions


@pytest.fixture(autouse=True)
def large_models_are_here(monkeypatch):
    """Some specs name their weights: they must be parsed where nobody has downloaded them."""
    monkeypatch.setattr(hub_files, "present", lambda name: True)
    monkeypatch.setattr(hub_files, "weights", lambda name: f"weights of {name}")
    monkeypatch.setattr(objective_models, "of_hub", lambda: ("gpt2",))


def covered(values):
    return spec.covered(spec.parse(values), COMPUTE, "a machine")


def frozen(values):
    found = covered(values)
    return spec.digest(found | {name: name for name in OUTSIDE if name in found})


def line(kind):
    """What hashes.json lacks of a kind, by its defaults; the other line is one's own choice."""
    made = registry.spec(kind)
    needed = {name: "..." for name, field in made.model_fields.items() if field.is_required()}
    if needed:
        return json.dumps({"spec": {"kind": kind, **needed}, "hash": "...", "lane": made.lane})
    given = {"kind": kind}
    return json.dumps({"spec": given, "hash": frozen(given), "lane": made.lane})


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["spec"]["kind"])
def test_a_run_has_the_name_and_the_lane_that_it_had(row):
    resolved = spec.Resolved(spec.parse(row["spec"]), COMPUTE, "")
    assert (frozen(row["spec"]), resolved.lane) == (row["hash"], row["lane"])


def test_every_kind_is_frozen_twice_and_each_of_its_later_settings_once_more():
    for kind in registry.kinds():
        rows = [row["spec"] for row in ROWS if row["spec"]["kind"] == kind]
        hashes = {row["hash"] for row in ROWS if row["spec"]["kind"] == kind}
        assert len(hashes) >= 2, f"{kind}: two lines are missing in hashes.json\n{line(kind)}"
        for name, before in registry.spec(kind).since_when.items():
            given = [row[name] for row in rows if row.get(name, before) != before]
            assert given, f"{kind}: {name} stands nowhere but at {before!r}"


@pytest.mark.parametrize("name", OUTSIDE)
def test_other_files_and_other_versions_are_another_run(name):
    row = next(row for row in ROWS if name in covered(row["spec"]))
    found = covered(row["spec"])
    assert spec.digest(found) == spec.hash_of(spec.parse(row["spec"]), COMPUTE, "a machine")
    assert spec.digest(found | {name: "another"}) != spec.digest(found)


def test_what_was_recorded_of_the_faults_names_the_same_runs():
    faults = recorded.read(recorded.FOLDER / "break_it.json")["settings"]
    arms = recorded.read(break_arms.FILE)["settings"]
    told = [*(one for both in faults.values() for one in both), *arms.values()]
    names = [frozen({"kind": "break", **one}) for one in told]
    assert spec.digest({"all": names}) == (
        "49ab22e71e6932e7572dfffbaf5fae9b69de6c65a3aa17424d11f632f6059e76"
    )
