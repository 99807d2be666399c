"""What a run leaves on disk: its state while it is paused, its record, what it learned."""

from __future__ import annotations

import pytest

from tests.tlcore.runs.worker_house import (
    Link,
    begun,
    files_of,
    job_of,
    rows_of,
    toys,  # noqa: F401 (a fixture)
    worker_store,  # noqa: F401 (a fixture)
)
from tlcore.runs import record, worker
from tlcore.runs.queue import Queue
from tlcore.runs.store import tables
from tlcore.runs.store.store import Store


def without_clock(rows):
    clock = {"t", "seconds", "images_per_second", "peak_memory_mb", "cache"}
    told = [row for row in rows if row["kind"] != "cache"]
    return [{k: v for k, v in row.items() if k not in clock} for row in told]


def test_a_paused_run_goes_on_and_ends_as_if_it_never_was(store):
    whole = job_of(store, freeze=2)
    assert worker.work(whole, Link()) == {"ending": "finished"}
    job = job_of(store, freeze=2)
    seen = []
    for pause in (3, 0, 5):
        assert worker.work(job, Link(pause=pause)) == {"ending": "paused"}
        rows = rows_of(store, job)
        assert rows[: len(seen)] == seen  # what was told stays told
        assert len(rows) == len(seen) + pause + 1
        seen = rows
        assert files_of(store, job) == ["state-1.safetensors"]
        assert store.run(job["run_id"]).result is None
    assert worker.work(job, Link()) == {"ending": "finished"}
    rows = rows_of(store, job)
    assert rows[: len(seen)] == seen
    assert without_clock(rows) == without_clock(rows_of(store, whole))
    assert "state-1.safetensors" not in files_of(store, job)
    learned = [store.folder(j["run_id"]) / "learned.safetensors" for j in (whole, job)]
    assert learned[0].read_bytes() == learned[1].read_bytes()


def test_rows_of_a_worker_that_was_killed_after_a_pause_are_made_again(store):
    whole, job = job_of(store), job_of(store)
    worker.work(whole, Link())
    worker.work(job, Link(pause=4))
    state = store.folder(job["run_id"]) / "state-1.safetensors"
    saved = state.read_bytes()
    worker.work(job, Link(after=5))  # as if killed there: the state is still the old one
    state.write_bytes(saved)
    assert worker.work(job, Link()) == {"ending": "finished"}
    assert without_clock(rows_of(store, job)) == without_clock(rows_of(store, whole))


@pytest.mark.parametrize("values", [{}, {"lr": 1e6, "head_lr": 1e6, "freeze": 0}])
@pytest.mark.parametrize("link", [{}, {"after": 2}])
def test_a_run_that_has_ended_leaves_no_state(store, values, link):
    job = job_of(store, optimizer="sgd", **values)
    worker.work(job, Link(pause=3))
    assert files_of(store, job) == ["state-1.safetensors"]
    assert worker.work(job, Link(**link))["ending"] in ("finished", "diverged", "stopped")
    assert not [name for name in files_of(store, job) if name.startswith("state")]


def test_a_state_that_cannot_be_used_is_one_sentence(store):
    job = job_of(store)
    worker.work(job, Link(pause=3))
    state = store.folder(job["run_id"]) / "state-1.safetensors"
    good = state.read_bytes()
    state.write_bytes(good[:-1])
    assert worker.work(job, Link())["error_key"] == "run.state_damaged"
    state.write_bytes(good)
    store.database.write(lambda connection: connection.execute(tables.rows.delete()))
    assert worker.work(job, Link())["error_key"] == "run.state_damaged"


def test_a_second_attempt_begins_anew_whatever_the_first_saved(store):
    job = job_of(store)
    worker.work(job, Link(pause=3))
    Queue(store).lost(job["run_id"])
    Queue(store).start(job["run_id"])
    job["attempt"] = store.run(job["run_id"]).attempt
    assert job["attempt"] == 2
    assert worker.work(job, Link()) == {"ending": "finished"}
    assert rows_of(store, job)[0]["kind"] == "start"
    assert not [name for name in files_of(store, job) if name.startswith("state")]


def test_what_a_run_learned_is_there_before_its_result_is(store, monkeypatch):
    job, there = job_of(store), []
    append = Store.append

    def note(self, run_id, attempt, first, rows):
        if any(row["kind"] == "result" for row in rows):
            there.extend(files_of(store, job))
        append(self, run_id, attempt, first, rows)

    monkeypatch.setattr(Store, "append", note)
    worker.work(job, Link())
    assert {"learned.safetensors", "test.png"} <= set(there)


def recorded(store, job):
    return record.read(store.folder(job["run_id"]))


def test_the_record_of_a_run_has_every_row_before_the_store_has_the_result(store, monkeypatch):
    job, before = job_of(store), []
    append = Store.append

    def note(self, run_id, attempt, first, rows):
        before.append(recorded(store, job).rows)
        append(self, run_id, attempt, first, rows)

    worker.work(job, Link(pause=4))
    assert recorded(store, job).rows == []  # an order that has not ended
    monkeypatch.setattr(Store, "append", note)
    worker.work(job, Link())
    rows = rows_of(store, job)
    assert recorded(store, job).rows == rows == before[-1]
    assert recorded(store, job).result["sprite"]["file"] == "test.png"
    explained = begun(store, {"kind": "export", "run": job["run_id"], "what": "csv"})
    Queue(store).end(job["run_id"], "finished")
    worker.work(explained, Link())
    assert recorded(store, explained).rows == rows_of(store, explained)
