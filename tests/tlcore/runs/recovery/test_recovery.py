"""The store is deleted, cut short, or has its bytes flipped: what comes back."""

from __future__ import annotations

import dataclasses
import random
import shutil

import pytest

from tests.tlcore.houses import wait_for
from tests.tlcore.runs.recovery.spoilt_house import (
    RUNS,
    SPOIL,
    finish,
    room,
    settle,
    spoilt_store,  # noqa: F401 (a fixture)
    whole,
)
from tests.tlcore.stand_ins import order
from tlcore.ground.errors import UserError
from tlcore.runs import record
from tlcore.runs.queue import Queue
from tlcore.runs.recovery import recovery
from tlcore.runs.store import soundness

pytestmark = pytest.mark.usefixtures("unhurried")


@pytest.mark.parametrize("how", SPOIL)
def test_no_acknowledged_run_is_lost_whatever_happens_to_the_file(store, how):
    ids, running, waiting, paused, cancelled = room(store)
    settle(store)
    SPOIL[how](store.path)
    for run_id in ids:
        whole(store, run_id)
    assert [store.run(run_id).status for run_id in (running, waiting)] == ["queued", "queued"]
    assert store.run(running).attempt == 2
    assert store.rows(running)[0] == []
    assert store.run(paused).status in ("paused", "queued")
    assert (store.run(cancelled) or store.run(ids[0])).status in ("cancelled", "finished")
    assert [run.id for run in store.runs("user3")] == [ids[3]]
    look = store.submit(order("quick", "look", kind="explain", of=ids[0]), "bob")
    assert look.how == "recorded"
    assert (store.run(look.run_id).kind, store.run(look.run_id).of) == ("explain", ids[0])
    notice = store.notice()
    assert notice.kept >= RUNS + 3
    assert (notice.file is None) == (how == "deleted")
    if notice.file:
        assert store.set_aside.exists()
        assert str(store.set_aside) == notice.file
    store.dismiss_notice()
    assert store.notice() is None


@pytest.mark.parametrize("how", ["header", "first page"])
def test_watchers_limits_and_profiles_outlive_a_broken_beginning(store, how):
    ids, *_ = room(store)
    settle(store)
    SPOIL[how](store.path)
    assert {run.id for run in store.runs("bob")} == set(ids)
    assert store.limits().waiting == 9
    kept = "SELECT count(*) FROM profiles"
    assert store.database.read(lambda c: c.exec_driver_sql(kept).scalar()) == 1
    assert store.notice().lost == 0


def test_a_store_without_records_on_disk_keeps_what_lies_around_a_broken_page(store):
    ids, *_ = room(store)
    settle(store)
    shutil.rmtree(store.path.parent / "runs")
    rng = random.Random(1)
    pages = store.path.stat().st_size // 4096
    with store.path.open("r+b") as file:
        file.seek(4096 * (pages // 2))
        file.write(rng.randbytes(4096))
    kept = [run_id for run_id in ids if store.run(run_id)]
    store.database.read(lambda c: c.exec_driver_sql("SELECT * FROM rows").all())
    assert len(kept) >= RUNS // 2


def test_a_cleared_run_does_not_come_back(store):
    ids, *_ = room(store)
    kept = store.folder(ids[0])
    copy = store.path.parent / "copy"
    shutil.copytree(kept, copy)
    store.clear()
    shutil.copytree(copy, kept)  # a worker's last word, after the folders were removed
    settle(store)
    SPOIL["header"](store.path)
    assert store.run(ids[0]) is None
    assert store.runs("user0") == []


def test_who_dies_while_putting_the_store_together_leaves_it_to_the_next(store, monkeypatch):
    ids, *_ = room(store)
    settle(store)
    SPOIL["header"](store.path)

    def die(*_):
        raise OSError(28, "No space left on device")

    for step in ("_begin", "_fill", "_put_aside"):
        with monkeypatch.context() as patch:
            patch.setattr(recovery, step, die)
            if step != "_put_aside":
                with pytest.raises(UserError) as error:
                    store.runs("bob")
                assert error.value.key == "store.full"
    assert {run.id for run in store.runs("bob")} == set(ids)
    assert not list(store.path.parent.glob("*.new*"))


@pytest.mark.parametrize(
    "change",
    [
        "status = 'runnimg'",
        "spec = '{'",
        "result = '{\"kind\": 7'",
        "created = 'then'",
        "attempt = 'x'",
        "user = CAST(x'ff' AS TEXT)",
        "lane = 'cqu', status = 'queued'",
        "used = x'00', status = 'queued'",
    ],
)
def test_a_value_that_cannot_be_is_damage_and_mended_from_the_runs_own_record(store, change):
    ids, *_ = room(store)
    spoil = f"UPDATE runs SET {change} WHERE id = ?"
    store.database.write(lambda c: c.exec_driver_sql(spoil, (ids[0],)))
    assert store.run(ids[0]).hash == "h0"
    Queue(store).tickets()
    whole(store, ids[1])
    assert store.run(ids[0]).status in ("finished", "queued")


def test_a_run_that_the_old_file_calls_running_is_taken_as_finished_from_its_record(store):
    """The file that is salvaged is as old as its last checkpoint."""
    run_id = store.submit(order("quick"), "ada").run_id
    Queue(store).start(run_id)
    settle(store)
    before = store.path.read_bytes()
    result = {"kind": "result", "status": "finished", "test_accuracy": 0.5}
    record.write(store.run(run_id), [{"kind": "step", "step": 1}, result], store.folder(run_id))
    store.close()
    store.path.write_bytes(before)
    recovery.replace(store.path, recovery.identity(store.path))
    assert store.run(run_id).status == "finished"
    assert store.rows(run_id)[0][-1] == result
    # Not one of an attempt that was given up.
    Queue(store).lost(again := running(store))
    settle(store)
    record.write(dataclasses.replace(store.run(again), attempt=1), [result], store.folder(again))
    recovery.replace(store.path, recovery.identity(store.path))
    assert store.run(again).status == "queued"


def running(store):
    run_id = store.submit(order("quick"), "ada").run_id
    Queue(store).start(run_id)
    return run_id


def test_what_was_put_aside_is_read_in_the_time_that_people_wait(store):
    for n in range(60):
        finish(store, store.submit(order("quick", f"h{n}"), f"user{n}").run_id)
    settle(store)
    for how in ("header", "deleted"):
        SPOIL[how](store.path)
        took = wait_for(lambda: len(store.runs("user7")) == 1, how)
        assert took < 5
        store.close()


def test_a_file_that_is_taken_away_while_it_is_looked_at_is_no_whole_store(store):
    room(store)
    assert soundness.whole(store.path)
    assert not soundness.whole(store.path.with_name("gone.db"))
