"""The run store: one run however often it is asked for, a cursor on rows."""

from __future__ import annotations

import subprocess
import sys
import threading
from importlib import metadata

import pytest

from tests.tlcore.stand_ins import order
from tlcore.ground.paths import ROOT
from tlcore.runs.queue import Queue
from tlcore.runs.run import ENDED, LEGAL
from tlcore.runs.store.store import ATTEMPT, Fenced, Store


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "data" / "store.db", busy_seconds=2)
    yield store
    store.close()


@pytest.fixture
def queue(store):
    return Queue(store)


@pytest.fixture
def running(store, queue):
    run_id = store.submit(order("quick", "h"), "ada").run_id
    queue.start(run_id)
    return run_id


def test_a_thousand_clicks_are_one_run(store):
    told = []
    click = order("quick", "same")
    threads = [
        threading.Thread(target=lambda: told.append(store.submit(click, "ada")))
        for _ in range(1000)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1000
    assert len({submission.run_id for submission in told}) == 1
    assert sorted(submission.how for submission in told)[-1] == "queued"
    assert [submission.how for submission in told].count("queued") == 1


def test_two_processes_that_submit_at_once_make_one_run(tmp_path):
    stores = [Store(tmp_path / "store.db") for _ in range(4)]  # each with its own connections
    stores[0].runs("ada")
    told, together = [], threading.Barrier(4)

    def click(store):
        for n in range(25):
            together.wait()
            told.append((n, store.submit(order("quick", f"h{n}"), f"user{n}").run_id))

    threads = [threading.Thread(target=click, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(told) == 100
    assert len(set(told)) == 25
    for store in stores:
        store.close()


@pytest.mark.parametrize(
    ("moves", "how"),
    [
        ([], "joined"),
        (["running"], "joined"),
        (["running", "finished"], "recorded"),
        (["running", "diverged"], "recorded"),
        (["cancelled"], "queued"),
        (["running", "failed"], "queued"),
        (["running", "interrupted"], "queued"),
    ],
)
def test_the_same_hash_finds_what_can_still_be_watched(store, queue, moves, how):
    first = store.submit(order("quick", "h"), "ada")
    for to in moves:
        queue.start(first.run_id) if to == "running" else queue.end(first.run_id, to)
    second = store.submit(order("quick", "h"), "bob")
    assert second.how == how
    assert (second.run_id == first.run_id) == (how != "queued")
    assert [run.id for run in store.runs("bob")] == [second.run_id]


def test_fresh_makes_another_run_and_one_under_way_is_found_before_a_recorded_one(store, queue):
    old = store.submit(order("quick", "h"), "ada").run_id
    queue.start(old)
    queue.end(old, "finished")
    new = store.submit(order("quick", "h"), "ada", fresh=True)
    assert new.how == "queued"
    assert store.submit(order("quick", "h"), "bob") == type(new)(new.run_id, "joined")


def test_a_run_that_is_stopping_is_not_joined(store, running):
    store.leave(running, "ada")
    assert store.run(running).stopping
    assert store.submit(order("quick", "h"), "bob").how == "queued"


def test_what_was_asked_for_by_anybody_is_found_and_nothing_is_begun(store, queue):
    assert store.find("h") is None
    run_id = store.submit(order("quick", "h"), "ada").run_id
    assert store.find("h").id == run_id
    queue.start(run_id)
    queue.end(run_id, "finished")
    assert store.find("h").status == "finished"
    newer = store.submit(order("quick", "h"), "ada", fresh=True).run_id
    assert store.find("h").id == newer
    store.leave(newer, "ada")  # it is stopping: no use to anybody
    assert store.find("h").id == run_id
    assert len(store.runs("ada")) == 2


@pytest.mark.parametrize("status", ["cancelled", "failed", "interrupted"])
def test_what_came_to_nothing_is_not_found(store, queue, running, status):
    queue.end(running, status)
    assert store.find("h") is None


def test_places_count_the_waiting_in_order(store, queue):
    ids = [store.submit(order("quick"), "ada").run_id for _ in range(3)]
    assert [store.run(run_id).place for run_id in ids] == [1, 2, 3]
    queue.start(ids[0])
    assert [store.run(run_id).place for run_id in ids] == [None, 1, 2]
    assert [run.place for run in store.runs("ada")] == [2, 1, None]


def test_the_cursor_hands_out_every_row_once(store, running):
    store.append(running, 1, 0, [{"n": 1}, {"n": 2}])
    store.append(running, 1, 2, [{"n": 3}, {"n": 4}, {"n": 5}])
    assert store.rows(running) == ([{"n": n} for n in (1, 2, 3, 4, 5)], 5)
    for cursor in range(6):
        rows, after = store.rows(running, cursor)
        assert [row["n"] for row in rows] == list(range(cursor + 1, 6))
        assert after == 5
    assert store.rows(running, 99) == ([], 99)
    assert store.rows("nobody") == ([], 0)


def test_a_second_attempt_starts_the_rows_anew(store, queue, running):
    store.append(running, 1, 0, [{"n": 1}, {"n": 2}])
    _, cursor = store.rows(running)
    assert queue.lost(running) == "queued"
    assert store.rows(running, cursor) == ([], ATTEMPT)
    queue.start(running)
    store.append(running, 2, 0, [{"n": 7}])
    assert store.rows(running, cursor) == ([{"n": 7}], ATTEMPT + 1)
    assert store.rows(running, ATTEMPT + 1) == ([], ATTEMPT + 1)


def test_what_a_stale_worker_writes_is_refused(store, queue, running):
    queue.lost(running)
    queue.start(running)
    with pytest.raises(Fenced):
        store.append(running, 1, 0, [{"n": 1}])
    queue.end(running, "cancelled")
    with pytest.raises(Fenced):
        store.append(running, 2, 0, [{"kind": "result", "status": "finished"}])
    assert store.run(running).result is None


def test_a_list_of_runs_leaves_the_long_lists_of_a_result_out(store, running):
    result = {"kind": "result", "status": "finished", "predictions": [1, 2], "confidence": [1.0]}
    store.append(running, 1, 0, [result])
    assert store.run(running).result == result
    assert store.runs("ada")[0].result == {"kind": "result", "status": "finished"}


def test_a_number_that_is_not_finite_is_a_bug_of_the_engine(store, running):
    with pytest.raises(ValueError, match="not JSON compliant"):
        store.append(running, 1, 0, [{"loss": float("nan")}])


@pytest.mark.parametrize("status", sorted(ENDED))
@pytest.mark.parametrize("to", sorted(set(LEGAL) - {"queued"}))
def test_an_ended_run_never_changes(store, queue, running, status, to):
    queue.end(running, status)
    with pytest.raises(LookupError):
        queue.start(running) if to == "running" else queue.end(running, to)
    assert store.run(running).status == status


def test_leaving_an_ended_or_unknown_run_is_nothing(store, queue, running):
    queue.end(running, "finished")
    store.leave(running, "ada")
    store.leave("nobody", "ada")
    store.watch("nobody", "ada")
    assert not store.run(running).stopping
    assert [run.id for run in store.runs("ada")] == [running]


def test_a_profile_is_kept_for_this_kind_of_machine(store, monkeypatch):
    monkeypatch.setattr("tlcore.ground.machine.name", lambda: "this")
    torch = metadata.version("torch")
    store.save_profile("clothing", {"machine": "other", "torch": torch, "rows": []})
    assert store.profile("clothing") is None
    store.save_profile("clothing", {"machine": "this", "torch": torch, "rows": [1]})
    store.save_profile("clothing", {"machine": "this", "torch": torch, "rows": [2]})
    assert store.profile("clothing") == {"machine": "this", "torch": torch, "rows": [2]}
    store.save_profile("clothing", {"machine": "this", "torch": "1.0", "rows": []})
    assert store.profile("clothing") is None


@pytest.mark.usefixtures("unhurried")
def test_the_store_is_quick_to_import_and_has_no_torch_and_no_pydantic():
    code = (
        "import sys, time; t = time.perf_counter(); import tlcore.runs.store.store;"
        "print(sorted({'torch', 'pydantic', 'streamlit'} & set(sys.modules)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
