"""Jobs of the worker on toys in place of the catalogue, and what becomes of them in a store."""

from __future__ import annotations

import pytest

from tests.tlcore.runs import toy_worker
from tests.tlcore.stand_ins import order
from tlcore.runs import record
from tlcore.runs.queue import Queue
from tlcore.runs.store.store import Store


class Link:
    """Asks to stop, or to pause, after some rows."""

    def __init__(self, after=None, pause=None):
        self.left = {"stop": after, "pause": pause}

    def stopping(self):
        return self.asked("stop")

    def pausing(self):
        return self.asked("pause")

    def asked(self, word):
        if self.left[word] is None:
            return False
        self.left[word] -= 1
        return self.left[word] < 0


@pytest.fixture(name="store")
def worker_store(tmp_path):
    store = Store(tmp_path / "data" / "store.db")
    yield store
    store.close()


@pytest.fixture(autouse=True)
def toys(monkeypatch):
    for (module, name), stand_in in toy_worker.instead_of_the_catalogue().items():
        monkeypatch.setattr(module, name, stand_in)


def job_of(store, **values):
    return begun(store, toy_worker.fine_tune(**values))


def begun(store, asked):
    ordered = order("toy", kind=asked["kind"], of=asked.get("run"))
    ordered.spec.model_dump = lambda mode="python": asked
    run_id = store.submit(ordered, "ada").run_id
    Queue(store).start(run_id)
    return {
        "run_id": run_id,
        "attempt": 1,
        "spec": asked,
        "compute": {
            "device": "cpu",
            "precision": "fp32",
            "memory_format": "contiguous",
            "threads": 1,
        },
        "data_dir": str(store.path.parent),
        "store": str(store.path),
    }


def rows_of(store, job):
    return store.rows(job["run_id"])[0]


def files_of(store, job):
    """But for the record, which is there from the order on."""
    names = {path.name for path in store.folder(job["run_id"]).iterdir()}
    return sorted(names - {record.FILE})
