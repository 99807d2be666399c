"""A worker is told which kind of slot it waits in, before it has a job."""

import os
import sys
import types

import pytest

from tlcore.runs.executors import child


@pytest.mark.parametrize("kind", ["cpu", "gpu"])
def test_the_worker_module_is_warmed_for_its_kind_of_slot(monkeypatch, kind):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")  # as it will be: put back when the test ends
    told = []
    module = types.ModuleType("stand_in_worker")
    module.warm = told.append
    module.work = lambda job, link: {"ending": "finished"}
    monkeypatch.setitem(sys.modules, "stand_in_worker", module)
    assert child.load("stand_in_worker:work", kind) is module.work
    assert told == [kind]


@pytest.mark.parametrize(("kind", "offline"), [("cpu", "1"), ("quick", "1"), ("fetch", None)])
def test_only_a_worker_that_fetches_may_ask_the_hub(monkeypatch, kind, offline):
    """HF_HUB_OFFLINE is the reader's word on everything else, so nobody else may say it there."""
    heard = []
    module = types.ModuleType("stand_in_worker")
    module.warm = lambda _: heard.append(os.environ.get("HF_HUB_OFFLINE"))
    module.work = lambda job, link: {"ending": "finished"}
    monkeypatch.setitem(sys.modules, "stand_in_worker", module)
    monkeypatch.setenv("HF_HUB_OFFLINE", "")  # put back as it was when the test ends
    os.environ.pop("HF_HUB_OFFLINE")
    child.load("stand_in_worker:work", kind)
    assert heard == [offline]
