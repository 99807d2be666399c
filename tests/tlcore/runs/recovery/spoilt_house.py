"""A store full of runs, the ways in which its file is spoilt, and what is whole afterwards."""

from __future__ import annotations

import os
import sqlite3

import pytest

from tests.tlcore.stand_ins import order
from tlcore.runs import record
from tlcore.runs.limits import RoomLimits
from tlcore.runs.queue import Queue
from tlcore.runs.store.store import Store

RUNS = 12
ROWS = 40


@pytest.fixture(name="store")
def spoilt_store(tmp_path):
    store = Store(tmp_path / "data" / "store.db")
    yield store
    store.close()


def finish(store, run_id):
    """As a worker and the dispatcher do it."""
    Queue(store).start(run_id)
    rows = [{"kind": "step", "step": n, "loss": 0.25} for n in range(ROWS)]
    result = {"kind": "result", "status": "finished", "test_accuracy": 0.5, "predictions": [1] * 99}
    for first in range(0, ROWS, 8):
        store.append(run_id, 1, first, rows[first : first + 8])
    record.write(store.run(run_id), [*rows, result], store.folder(run_id))
    store.append(run_id, 1, ROWS, [result])
    Queue(store).end(run_id, "finished")


def room(store):
    """Finished runs, one that runs, one that waits, one that rests; who watches; limits."""
    ids = [store.submit(order("quick", f"h{n}"), f"user{n}").run_id for n in range(RUNS)]
    for run_id in ids:
        finish(store, run_id)
        store.watch(run_id, "bob")
    finish(store, store.submit(order("quick", "look", kind="explain", of=ids[0]), "bob").run_id)
    running, waiting, paused, cancelled = (
        store.submit(order("quick"), name).run_id for name in ("r", "w", "p", "c")
    )
    queue = Queue(store)
    queue.start(running)
    store.append(running, 1, 0, [{"n": 1}])
    store.pause(paused, "p")
    queue.rest(paused, "paused")
    queue.end(cancelled, "cancelled")
    store.set_limits(RoomLimits(waiting=9))
    store.save_profile("clothing", {"machine": "m", "torch": "t"})
    return ids, running, waiting, paused, cancelled


def whole(store, run_id):
    run = store.run(run_id)
    rows = store.rows(run_id)[0]
    assert run.status == "finished"
    assert run.result["predictions"] == [1] * 99
    assert [row.get("step") for row in rows] == [*range(ROWS), None]


def settle(store):
    """Everything is in the file itself, as after a while."""
    store.close()
    with sqlite3.connect(store.path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


SPOIL = {
    "deleted": lambda path: path.unlink(),
    "emptied": lambda path: path.write_bytes(b""),
    "first half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "header": lambda path: path.write_bytes(os.urandom(100) + path.read_bytes()[100:]),
    "first page": lambda path: path.write_bytes(os.urandom(4096) + path.read_bytes()[4096:]),
    "noise": lambda path: path.write_bytes(os.urandom(path.stat().st_size)),
    "text": lambda path: path.write_text("no database " * 999),
}


def hit(path, rng):
    how = rng.choice(list(SPOIL))
    SPOIL[how](path)
