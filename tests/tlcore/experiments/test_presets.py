"""Each experiment that a lesson names runs: its small specs, once, by a worker from the store."""

from __future__ import annotations

import json
import time

import pytest

from tests.tlcore.experiments.export.test_worker import done
from tlcore.lessons import statements
from tlcore.runs.spec import FineTuneSpec
from tlcore.runs.store.store import Store

pytestmark = pytest.mark.usefixtures("unhurried")

PRESETS = statements.experiments()
LOOKED_INTO = {"before_after", "map", "changed"}  # the page looks into the run afterwards
BUDGET = 300  # seconds for all small runs together
seconds: dict[str, float] = {}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("statements") / "store.db")
    yield store
    store.close()


@pytest.fixture(scope="module")
def runs(store):
    """Make a run of a spec once, however many presets have it."""
    made = {}

    def run(**asked):
        name = json.dumps(asked, sort_keys=True)
        made[name] = made.get(name) or done(store, **asked)
        return made[name]

    return run


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_each_preset_runs_and_its_small_one_is_the_same_experiment(name, runs):
    preset, began = PRESETS[name], time.perf_counter()
    assert preset.specs or preset.call
    kinds = {spec.kind for spec in preset.specs}
    assert {spec.kind for spec in preset.small} == kinds
    if preset.call:
        assert preset.call()
    for spec in preset.small:
        made = runs(**spec.model_dump(mode="json"))
        assert made.result["status"] == "finished"
        if isinstance(spec, FineTuneSpec):
            assert 0 <= made.result["test_accuracy"] <= 1
            if name.split(".")[1] in LOOKED_INTO:
                assert runs(kind="layers", run=made.id).result["status"] == "finished"
    seconds[name] = time.perf_counter() - began


def test_all_small_runs_together_keep_to_their_time():
    """After the tests above; each alone proves nothing."""
    if len(seconds) < len(PRESETS):
        pytest.skip("not all presets were run before this")
    slowest = sorted(seconds, key=lambda name: -seconds[name])[:3]
    assert sum(seconds.values()) < BUDGET, {name: round(seconds[name]) for name in slowest}
