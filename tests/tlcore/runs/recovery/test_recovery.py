"""The store is deleted, cut short, or has its bytes flipped, while people use it."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import random
import shutil
import sqlite3
import threading
import time

import pytest

from tests.tlcore.houses import wait_for
from tests.tlcore.stand_ins import order
from tlcore.ground.errors import UserError
from tlcore.runs import record
from tlcore.runs.limits import RoomLimits
from tlcore.runs.queue import Queue
from tlcore.runs.recovery import recovery
from tlcore.runs.store import soundness
from tlcore.runs.store.store import Store

pytestmark = pytest.mark.usefixtures("unhurried")

RUNS = 12
ROWS = 40


@pytest.fixture
def store(tmp_path):
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


# What `whole` says of a record in which a byte is another one and all still makes sense: a digit
# that is another digit, a key that has another letter.
CHANGED = (AssertionError, AttributeError, KeyError, TypeError)


def whole(store, run_id):
    run = store.run(run_id)
    rows = store.rows(run_id)[0]
    assert run.status == "finished"
    assert run.result["predictions"] == [1] * 99
    assert [row.get("step") for row in rows] == [*range(ROWS), None]


def flip(path, rng, count=1):
    size = path.stat().st_size
    with path.open("r+b") as file:
        for _ in range(count):
            place = rng.randrange(size)
            file.seek(place)
            byte = file.read(1)[0]
            file.seek(place)
            file.write(bytes([byte ^ (1 << rng.randrange(8))]))


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


def shoot(store, rounds, rng, act):
    """Do `act` to the file again and again while 20 people watch.  (finished runs, those of them
    that are whole afterwards)."""
    ids, *_ = room(store)
    told: list[BaseException] = []
    calm = threading.Event()
    asked, looks = [0] * 20, [0] * 20

    def watch(n):
        mine = Store(store.path) if n % 5 == 0 else store  # some in a process of their own
        draw = random.Random(n)
        while not calm.is_set():
            asked[n] += 1
            try:
                run_id = draw.choice(ids)
                mine.run(run_id)
                mine.rows(run_id, draw.randrange(ROWS), 10)
                if draw.random() < 0.1:
                    mine.runs(f"user{draw.randrange(RUNS)}")
                    Queue(mine).tickets()
                if draw.random() < 0.1:
                    mine.submit(order("quick"), f"other{n}", priority=1)
                looks[n] += 1
            except UserError:
                pass
            except Exception as error:
                told.append(error)
                raise
            time.sleep(0.005)
        if mine is not store:
            mine.close()

    threads = [threading.Thread(target=watch, args=(n,), daemon=True) for n in range(20)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(rounds):
            with contextlib.suppress(OSError):  # between two files
                act(store.path, rng)
            enough = sum(asked) + 10  # who looks heals: on a busy machine they come later
            wait_for(lambda enough=enough: sum(asked) >= enough, "watchers that look", 30)
            time.sleep(0.02)
        back = _back(store, ids)
    finally:  # or they would go on and take the time of all tests after this one
        calm.set()
        for thread in threads:
            thread.join(10)
    assert told == []
    assert min(looks) > 0
    return ids, back


def _back(store, ids):
    """Those that are whole again within 5 s.  A run that a spoilt index does not find comes back
    once somebody has met the damage."""
    began = time.monotonic()
    while True:
        try:
            for run_id in ids:
                whole(store, run_id)
            return ids
        except (UserError, *CHANGED):
            assert time.monotonic() - began < 5, "not back within 5 s"
            for run_id in ids:  # a flipped digit is a digit: only its record knows better
                run = store.run(run_id)
                if run and run.status == "finished" and not _reads(store, run_id):
                    ids = [i for i in ids if i != run_id]
        time.sleep(0.02)


def _reads(store, run_id):
    try:
        whole(store, run_id)
    except CHANGED:
        return False
    return True


def test_hundreds_of_flipped_bytes_under_twenty_watchers(store):
    # 300 flips in about as many KB: some fall into a row, where a digit became another digit, which
    # nobody sees.  How many depends on who looks when; the records have them all in any case.
    ids, _ = shoot(store, 150, random.Random(7), lambda path, rng: flip(path, rng, 2))
    settle(store)
    store.path.unlink()
    for run_id in ids:
        whole(store, run_id)


def hit(path, rng):
    how = rng.choice(list(SPOIL))
    SPOIL[how](path)


def test_a_store_that_is_deleted_and_cut_again_and_again_under_twenty_watchers(store):
    ids, back = shoot(store, 25, random.Random(3), hit)
    assert back == ids


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_thousands_of_flipped_bytes(store, seed):
    rounds = random.Random(seed)
    shoot(store, 600, rounds, lambda path, rng: flip(path, rng, rng.choice((1, 1, 8, 64))))


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


@pytest.mark.parametrize("how", ["deleted", "emptied", "header", "noise"])
def test_runs_under_way_are_started_again_and_finish_once(house, how):
    house.start()
    ids = [house.submit("steady", steps=80, user=f"user{n}") for n in range(4)]
    house.started(ids[0])
    SPOIL[how](house.store.path)
    for run_id in ids:
        run = house.ended(run_id, 15)
        assert run.status == "finished"
        steps = [r["step"] for r in house.store.rows(run_id)[0] if r["kind"] == "step"]
        assert steps == list(range(1, 81))
    assert house.ended(house.submit("quick", user="late")).status == "finished"
    assert house.dispatchers[0].poll() is None


def test_a_dispatcher_goes_on_while_the_file_is_hit_again_and_again(house):
    house.start()
    rng = random.Random(5)
    ids = [house.submit("steady", steps=100, user=f"user{n}") for n in range(4)]
    for _ in range(12):
        with contextlib.suppress(OSError):
            hit(house.store.path, rng)
        time.sleep(0.15)
    for run_id in ids:
        assert house.ended(run_id, 20).status == "finished"
    assert house.dispatchers[0].poll() is None


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
