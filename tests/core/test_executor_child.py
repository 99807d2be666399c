"""A worker is told which kind of slot it waits in, before it has a job."""

import sys
import types

import pytest

from tlcore.executors import child


@pytest.mark.parametrize("kind", ["cpu", "gpu"])
def test_the_worker_module_is_warmed_for_its_kind_of_slot(monkeypatch, kind):
    told = []
    module = types.ModuleType("stand_in_worker")
    module.warm = told.append
    module.work = lambda job, link: {"ending": "finished"}
    monkeypatch.setitem(sys.modules, "stand_in_worker", module)
    assert child.load("stand_in_worker:work", kind) is module.work
    assert told == [kind]
