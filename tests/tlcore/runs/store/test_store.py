"""The run store: one run however often it is asked for, a cursor on rows, a file in trouble."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from importlib import metadata
from pathlib import Path

import pytest

from tests.nonempty import files_of
from tests.tlcore.stand_ins import order
from tlcore.ground.errors import UserError
from tlcore.ground.paths import ROOT
from tlcore.runs.queue import Queue
from tlcore.runs.run import ENDED, LEGAL
from tlcore.runs.store.store import ATTEMPT, Fenced, Store
from tlcore.runs.store.tables import VERSION


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


# A file in trouble


def test_a_missing_folder_is_made_for_its_owner_only(store):
    store.submit(order("quick"), "ada")
    assert store.path.exists()
    if os.name == "posix":
        assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700


def test_a_data_folder_that_is_removed_under_the_app_begins_anew(store):
    first = store.submit(order("quick"), "ada").run_id
    shutil.rmtree(store.path.parent)
    assert store.run(first) is None
    second = store.submit(order("quick"), "ada").run_id
    assert store.run(second).status == "queued"


def test_a_locked_store_is_told_and_then_works_again(tmp_path):
    store = Store(tmp_path / "store.db", busy_seconds=0.2)
    store.submit(order("quick", "a"), "ada")
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(UserError) as error:
        store.submit(order("quick", "b"), "ada")
    assert error.value.key == "store.locked"
    assert error.value.values == {"path": str(store.path), "seconds": 0.2}
    assert time.monotonic() - began < 1
    assert len(store.runs("ada")) == 1  # readers are not kept waiting
    other.execute("ROLLBACK")
    other.close()
    assert store.submit(order("quick", "b"), "ada").how == "queued"
    store.close()


@pytest.mark.parametrize("spoil", ["header", "inside", "text"])
def test_a_damaged_store_is_set_aside_and_what_can_be_read_is_kept(tmp_path, spoil):
    path = tmp_path / "store.db"
    if spoil == "text":
        path.write_text("this is no database, " * 1000)
    else:
        store = Store(path)
        for n in range(50):
            store.submit(order("quick"), f"user{n}")
        store.close()
        held = bytearray(path.read_bytes())
        start = 0 if spoil == "header" else 4096
        held[start : start + 3 * 4096] = os.urandom(3 * 4096)
        path.write_bytes(held)
    store = Store(path)
    assert store.set_aside is None
    kept = [len(store.runs(f"user{n}")) for n in range(50)]
    assert kept == [0 if spoil == "text" else 1] * 50
    run_id = store.submit(order("quick"), "ada").run_id
    assert store.run(run_id).status == "queued"
    assert re.fullmatch(r"store\.db\.corrupt-\d{8}-\d{6}", store.set_aside.name)
    assert store.set_aside.stat().st_size > 4096
    store.close()


def test_two_stores_that_meet_the_damage_together_keep_the_new_one(tmp_path):
    path = tmp_path / "store.db"
    path.write_text("this is no database, " * 1000)
    stores = [Store(path), Store(path)]
    first = stores[0].submit(order("quick"), "ada").run_id
    assert stores[1].run(first).status == "queued"
    assert len(list(tmp_path.glob("store.db.corrupt-*[0-9]"))) == 1
    for store in stores:
        store.close()


def test_a_store_that_another_process_set_aside_is_known(tmp_path):
    mine, other = Store(tmp_path / "store.db"), Store(tmp_path / "store.db")
    mine.submit(order("quick"), "ada")
    for part in files_of(tmp_path, "store.db*"):  # with the log: SQLite would heal the file from it
        part.unlink()
    mine.path.write_text("this is no database, " * 1000)
    other.runs("ada")
    assert [run.status for run in mine.runs("ada")] == ["queued"]
    assert mine.set_aside == other.set_aside is not None
    for store in (mine, other):
        store.close()


def test_a_store_of_a_newer_version_is_left_alone(tmp_path):
    path = tmp_path / "store.db"
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version={VERSION + 1}")
    connection.close()
    with pytest.raises(UserError) as error:
        Store(path).runs("ada")
    assert error.value.key == "store.newer"
    assert path.exists()


def test_a_folder_that_is_a_file_is_told(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(UserError) as error:
        Store(tmp_path / "data" / "store.db").runs("ada")
    assert error.value.key == "store.unwritable"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_folder_that_may_not_be_written_is_told(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(UserError) as error:
            Store(tmp_path / "store.db").runs("ada")
    finally:
        tmp_path.chmod(0o700)
    assert error.value.key == "store.unwritable"


def printed(script: str, path: Path) -> str:
    """What a process of its own says: its limits end with it."""
    code = [sys.executable, "-c", script, str(path)]
    return subprocess.run(code, cwd=ROOT, capture_output=True, text=True, check=True).stdout


FILL = """
import resource, sys
from pathlib import Path
from tests.tlcore.stand_ins import order
from tlcore.ground.errors import UserError
from tlcore.runs.store.store import Store
store = Store(Path(sys.argv[1]))
store.submit(order("quick"), "ada")
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
done, told = 1, None
try:
    while True:
        store.submit(order("quick", text="x" * 5000), "ada", priority=1)
        done += 1
except UserError as error:
    told = error
print(told.key, sorted(told.values), done, len(store.runs("ada", 10_000)))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(store.submit(order("quick"), "ada", priority=1).how, len(store.runs("ada", 10_000)))
"""


@pytest.mark.usefixtures("unhurried")
@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
def test_a_full_disk_is_told_and_loses_nothing_that_was_acknowledged(tmp_path):
    told = printed(FILL, tmp_path / "store.db").split("\n")
    key, *_, done, kept = told[0].split(" ")
    assert key == "store.full"
    assert int(done) == int(kept) > 3
    assert told[1] == f"queued {int(done) + 1}"


SPENT = """
import os, resource, sys
from pathlib import Path
from tests.tlcore.stand_ins import order
from tlcore.ground.errors import UserError
from tlcore.runs.store.store import Store
store = Store(Path(sys.argv[1]))
store.submit(order("quick"), "ada")
store.close()
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/proc/self/fd")) - 1, most))
try:
    store.runs("ada")
except UserError as error:
    print(error.key)
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
print(len(store.runs("ada")))
"""


@pytest.mark.usefixtures("unhurried")
@pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")
def test_a_process_without_descriptors_is_told_so_and_not_that_it_has_no_rights(tmp_path):
    told = printed(SPENT, tmp_path / "store.db").split()
    assert told == ["machine.spent", "1"]


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
