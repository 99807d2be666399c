"""A store that the version before the experiments had folders wrote, opened by today's code."""

from __future__ import annotations

import json
import shutil

import pytest

from tlcore.ground.paths import ROOT
from tlcore.ground.recipe import Compute
from tlcore.runs import record, spec
from tlcore.runs.store.store import Store
from tlcore.training.transfer import trained

HERE = ROOT / "tests" / "fixtures" / "store_before"
ABOUT = json.loads((HERE / "about.json").read_text(encoding="utf-8"))
KINDS = {"fine_tune", "compare", "break", "claim", "text_layers", "survey", "explain", "export"}
TUNED = ABOUT["link"]["run"]


@pytest.fixture
def store(tmp_path):
    shutil.copytree(HERE / "data", tmp_path / "data")
    store = Store(tmp_path / "data" / "store.db")
    yield store
    store.close()


@pytest.fixture(params=ABOUT["runs"], ids=lambda run_id: run_id[:8])
def run(request, store):
    return store.run(request.param)


def hash_then(asked, compute, run_id):
    """With the weights, pictures and versions of then, which may have changed since."""
    found = spec.covered(asked, compute, ABOUT["machine"])
    then = {**ABOUT["runs"][run_id], "torch": ABOUT["torch"], "engine": ABOUT["engine"]}
    assert found.keys() >= then.keys()
    return spec.digest(found | then)


def test_all_its_runs_are_there_and_its_reader_sees_them(store):
    found = [store.run(run_id) for run_id in ABOUT["runs"]]
    assert {run.kind for run in found} == KINDS
    assert {run.status for run in found} == {"finished"}
    seen = {run.id for run in store.runs("ada")}
    assert seen == {run.id for run in found if run.kind == "fine_tune"}


def test_a_run_has_the_name_that_its_spec_gives_it(run, store):
    asked = spec.parse(run.spec)
    assert asked.kind == run.kind
    later = {"side": None}  # came after this store was written
    assert (
        json.loads(asked.model_dump_json()) == ({} if run.kind != "fine_tune" else later) | run.spec
    )
    assert hash_then(asked, Compute(**run.compute), run.id) == run.hash
    assert store.find(run.hash).id == run.id


def test_its_rows_are_read_and_its_record_says_the_same(run, store):
    rows, _ = store.rows(run.id)
    assert rows[-1]["kind"] == "result"
    assert rows[-1] == run.result
    kept = record.read(store.folder(run.id))
    assert (kept.hash, kept.rows) == (run.hash, rows)


def test_an_old_link_opens_the_fine_tune_again(store):
    values = {name: value for name, value in ABOUT["link"].items() if name != "run"}
    asked, run = spec.parse(values), store.run(TUNED)
    assert asked == spec.parse(run.spec)
    assert store.find(hash_then(asked, Compute(**run.compute), TUNED)).id == TUNED
    assert {name: str(value) for name, value in asked.unusual().items()} == values


def test_what_the_fine_tune_learned_goes_into_its_network_again(store):
    found = trained.load(spec.parse(store.run(TUNED).spec), store.folder(TUNED))
    assert [found.state(number) for number in (1, 2, 3)] == ["frozen", "kept", "dropped"]
    first = found.before.blocks[1].state_dict()
    assert any((first[name] != now).any() for name, now in found.after[1].state_dict().items())
