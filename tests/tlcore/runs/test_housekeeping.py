"""What nobody needs any more is deleted, and nothing else."""

from __future__ import annotations

import os
import time

import pytest

from tests.tlcore.stand_ins import order
from tlcore.runs.housekeeping import DAY, HOUR, Housekeeper
from tlcore.runs.queue import Queue
from tlcore.runs.store.store import Store
from tlcore.runs.store.tables import runs


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "data" / "store.db")
    yield store
    store.close()


def ended(store, **values):
    run_id = store.submit(order("quick", **values), "ada").run_id
    Queue(store).start(run_id)
    store.append(run_id, 1, 0, [{"kind": "result", "status": "finished"}])
    Queue(store).end(run_id, "finished")
    return run_id


def put(file, size=10, age=0.0):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"x" * size)
    then = time.time() - age
    os.utime(file, (then, then))
    os.utime(file.parent, (then, then))
    return file


def test_a_run_that_ended_off_every_list_goes_and_one_under_way_stays(store):
    kept = ended(store)
    run_id = store.submit(order("quick"), "ada").run_id
    Queue(store).start(run_id)
    put(store.folder(run_id) / "test.png")
    store.remove(run_id, "ada")
    Housekeeper(store, 1).tidy()
    assert store.run(run_id).stopping
    Queue(store).end(run_id, "cancelled")
    Housekeeper(store, 1).tidy()
    assert store.run(run_id) is None
    assert not store.folder(run_id).exists()
    assert store.run(kept).status == "finished"


def test_explanations_of_yesterday_go_and_their_runs_stay(store):
    about = ended(store)
    old, young = (ended(store, kind="explain", of=about) for _ in range(2))
    yesterday = {"ended": time.time() - 2 * DAY}
    for run_id in (about, old):
        store.database.write(
            lambda c, i=run_id: c.execute(runs.update().where(runs.c.id == i).values(**yesterday))
        )
    Housekeeper(store, 1).tidy()
    assert store.run(old) is None
    assert store.run(young) is not None
    assert store.run(about) is not None


def test_folders_without_a_run_and_old_uploads_go(store):
    kept = ended(store)
    folder = store.path.parent
    old = put(folder / "runs" / ("0" * 32) / "record.json.gz", age=2 * HOUR)
    young = put(folder / "runs" / ("1" * 32) / "record.json.gz")
    mine = put(store.folder(kept) / "test.png", age=9 * DAY)
    seen, fresh = put(folder / "uploads" / "a", age=2 * DAY), put(folder / "uploads" / "b")
    os.utime(seen, (time.time() - 2 * DAY,) * 2)
    Housekeeper(store, 1).tidy()
    assert [f.exists() for f in (old, young, mine, seen, fresh)] == [False, True, True, False, True]


def test_the_oldest_files_over_the_budget_go_and_a_state_that_is_needed_stays(store):
    done = [ended(store) for _ in range(3)]
    rests = store.submit(order("quick"), "ada").run_id
    size = 2**19
    files = [
        put(store.folder(done[0]) / "learned.safetensors", size, age=300),
        put(store.folder(done[1]) / "export" / "model.zip", size, age=200),
        put(store.folder(done[2]) / "learned.safetensors", size, age=100),
    ]
    state = put(store.folder(rests) / "state-1.safetensors", size, age=400)
    left_over = put(store.folder(done[2]) / "state-1.safetensors", size)
    Housekeeper(store, 1).tidy()
    assert [file.exists() for file in files] == [False, True, True]
    assert state.exists()
    assert not left_over.exists()


def test_only_the_last_damaged_stores_are_kept(store):
    ended(store)
    aside = [put(store.path.with_name(f"store.db.corrupt-20260101-00000{n}")) for n in range(5)]
    Housekeeper(store, 1).tidy()
    assert [file.exists() for file in aside] == [False, False, True, True, True]


def test_it_looks_a_few_times_a_minute(store, monkeypatch):
    times = []
    keeper = Housekeeper(store, 1)
    monkeypatch.setattr(keeper, "tidy", lambda: times.append(1))
    began = time.monotonic()
    for tick in range(3000):
        keeper.look(began + tick * 0.02)
    assert len(times) in (2, 3)
