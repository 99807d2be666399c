"""Asking for runs: all or none, not too many, and what one's list and the room can do."""

from __future__ import annotations

import pytest

from tests.tlcore.stand_ins import order
from tlcore.ground.errors import UserError
from tlcore.runs.limits import RoomLimits
from tlcore.runs.queue import Queue
from tlcore.runs.run import Busy
from tlcore.runs.store.store import Fenced, Order, Store


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "data" / "store.db")
    yield store
    store.close()


@pytest.fixture
def queue(store):
    return Queue(store)


def finish(store, queue, run_id):
    queue.start(run_id)
    store.append(run_id, 1, 0, [{"kind": "result", "status": "finished"}])
    queue.end(run_id, "finished")


def refused(act):
    with pytest.raises(UserError) as error:
        act()
    return error.value.key, error.value.values


def test_three_runs_of_one_user_wait_and_the_fourth_is_refused(store, queue):
    ids = [store.submit(order("quick"), "ada").run_id for _ in range(3)]
    fourth = lambda: store.submit(order("quick"), "ada")  # noqa: E731 (tried twice)
    assert refused(fourth) == ("queue.full", {"allowed": 3})
    assert len(store.runs("ada")) == 3
    store.submit(order("quick"), "bob")
    queue.start(ids[0])
    assert fourth().how == "queued"


def test_all_of_a_batch_are_queued_or_none(store):
    store.submit(order("quick", "a"), "ada")
    batch = [Order(order("quick", name)) for name in "abcd"]
    assert refused(lambda: store.submit_all(batch, "ada"))[0] == "queue.full"
    assert [run.hash for run in store.runs("ada")] == ["a"]
    told = store.submit_all(batch[:3], "ada")
    assert [submission.how for submission in told] == ["joined", "queued", "queued"]


def test_what_is_joined_or_recorded_does_not_count(store, queue):
    for name in "abc":
        store.submit(order("quick", name), "bob")
    finish(store, queue, store.submit(order("quick", "old"), "eve").run_id)
    for _ in range(3):
        store.submit(order("quick"), "ada")
    told = store.submit_all([Order(order("quick", n)) for n in ("a", "b", "c", "old")], "ada")
    assert [submission.how for submission in told] == ["joined"] * 3 + ["recorded"]


def test_the_teacher_and_the_measurement_of_the_machine_are_not_limited(store):
    for _ in range(10):
        store.submit(order("quick"), "teacher", priority=1)
        store.submit(order("quick"), "profile")


def test_twelve_explanations_may_wait_beside_three_runs(store):
    about = store.submit(order("quick"), "ada").run_id
    for _ in range(12):
        store.submit(order("quick", kind="explain", of=about), "ada")
    more = lambda: store.submit(order("quick", kind="export", of=about), "ada")  # noqa: E731
    assert refused(more) == ("queue.full", {"allowed": 12})
    assert store.submit(order("quick"), "ada").how == "queued"
    assert {run.kind for run in store.runs("ada")} == {"fine_tune"}


def test_the_room_can_raise_its_limits(store):
    assert store.limits() == RoomLimits()
    store.set_limits(RoomLimits(waiting=5, seconds=900))
    assert store.limits() == RoomLimits(waiting=5, seconds=900)
    for _ in range(5):
        store.submit(order("quick"), "ada")
    assert refused(lambda: store.submit(order("quick"), "ada"))[1] == {"allowed": 5}


def test_limits_of_another_version_of_the_app_are_the_usual_ones(store):
    from tlcore.runs.store import room

    store.database.write(lambda c: c.execute(room.put("limits", {"waiting": "many"})))
    assert store.limits() == RoomLimits()
    assert store.submit(order("quick"), "ada").how == "queued"


def test_the_teacher_who_joins_a_run_brings_it_forward(store):
    store.submit(order("quick"), "bob")
    mine = store.submit(order("quick", "h"), "ada").run_id
    assert store.run(mine).place == 2
    store.submit(order("quick", "h"), "teacher", priority=1)
    assert (store.run(mine).priority, store.run(mine).place) == (1, 1)


def test_a_run_off_the_last_list_is_gone_with_its_files_and_explanations(store, queue):
    run_id = store.submit(order("quick"), "ada").run_id
    store.watch(run_id, "bob")
    finish(store, queue, run_id)
    look = store.submit(order("quick", kind="explain", of=run_id), "ada").run_id
    (store.folder(run_id) / "export").mkdir(parents=True, exist_ok=True)
    (store.folder(run_id) / "test.png").write_bytes(b"x")
    store.remove(run_id, "ada")
    assert store.runs("ada") == []
    assert [run.id for run in store.runs("bob")] == [run_id]
    store.remove(run_id, "eve")  # who never had it
    assert store.run(run_id) is not None
    store.remove(run_id, "bob")
    assert (store.run(run_id), store.run(look)) == (None, None)
    assert store.rows(run_id) == ([], 0)
    assert not store.folder(run_id).exists()


def test_a_run_under_way_that_is_removed_stops_first(store, queue):
    run_id = store.submit(order("quick"), "ada").run_id
    queue.start(run_id)
    store.remove(run_id, "ada")
    assert store.runs("ada") == []
    assert store.run(run_id).stopping


def test_the_room_knows_who_is_busy_and_can_stop_all(store, queue):
    ids = [store.submit(order("quick"), user).run_id for user in ("ada", "ada", "bob", "eve")]
    store.submit(order("quick", kind="profile"), "profile")
    queue.start(ids[0])
    store.pause(ids[3], "eve")
    queue.rest(ids[3], "paused")
    assert store.busy() == Busy(running=1, waiting=2, paused=1, users=3)
    assert store.stop_all() == 4
    assert all(store.run(run_id).stopping for run_id in ids)
    assert store.stop_all() == 0


def test_clear_empties_all_but_profiles_and_settings(store, queue):
    store.save_profile("clothing", {"machine": "m", "torch": "t"})
    store.set_limits(RoomLimits(waiting=7))
    run_id = store.submit(order("quick"), "ada").run_id
    queue.start(run_id)
    for name in ("runs", "uploads", "cache"):
        (store.path.parent / name).mkdir(exist_ok=True)
        (store.path.parent / name / "file").write_bytes(b"x")
    assert store.clear() == 1
    assert store.run(run_id) is None
    assert store.runs("ada") == []
    assert not list(store.path.parent.glob("*/file"))
    with pytest.raises(Fenced):
        store.append(run_id, 1, 0, [{"n": 1}])
    assert store.limits().waiting == 7
    assert store.database.read(lambda c: c.exec_driver_sql("SELECT * FROM profiles").all())


def test_an_export_whose_file_made_room_is_made_again(store, queue):
    about = store.submit(order("quick"), "ada").run_id
    first = store.submit(order("quick", "e", kind="export", of=about), "ada").run_id
    queue.start(first)
    made = {"kind": "result", "status": "finished", "file": "rows.csv"}
    store.append(first, 1, 0, [made])
    queue.end(first, "finished")
    again = lambda: store.submit(order("quick", "e", kind="export", of=about), "ada")  # noqa: E731
    (store.folder(about) / "export").mkdir(parents=True, exist_ok=True)
    (store.folder(about) / "export" / "rows.csv").write_bytes(b"x")
    assert again().how == "recorded"
    (store.folder(about) / "export" / "rows.csv").unlink()
    assert again().how == "queued"


def test_rows_that_are_written_again_replace_those_there(store, queue):
    run_id = store.submit(order("quick"), "ada").run_id
    queue.start(run_id)
    for first in (0, 4, 8):
        store.append(run_id, 1, first, [{"n": n} for n in range(first, first + 4)])
    store.append(run_id, 1, 6, [{"n": 6}])  # a run goes on from the state saved after row 6
    assert [row["n"] for row in store.rows(run_id)[0]] == list(range(7))
    assert store.rows(run_id, 12) == ([], 12)  # a reader who has seen more waits
    store.append(run_id, 1, 7, [{"n": n} for n in range(7, 14)])
    for cursor in range(14):
        assert [row["n"] for row in store.rows(run_id, cursor)[0]] == list(range(cursor, 14))


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
def test_a_reader_gets_at_most_as_many_rows_as_it_asked_for(store, queue, limit):
    run_id = store.submit(order("quick"), "ada").run_id
    queue.start(run_id)
    store.append(run_id, 1, 0, [{"n": 0}])
    store.append(run_id, 1, 1, [{"n": n} for n in range(1, 8)])
    store.append(run_id, 1, 8, [{"n": n} for n in range(8, 11)])
    read, cursor = [], 0
    while True:
        rows, after = store.rows(run_id, cursor, limit)
        assert len(rows) == min(limit, 11 - cursor)
        if not rows:
            break
        read += [row["n"] for row in rows]
        cursor = after
    assert read == list(range(11))


@pytest.mark.parametrize("garbage", ["", "[{", "null", "7", '[1, "x"]', "\x00\xff"])
def test_a_torn_chunk_costs_its_own_rows_only(store, queue, garbage):
    run_id = store.submit(order("quick"), "ada").run_id
    queue.start(run_id)
    for first in (0, 2, 4):
        store.append(run_id, 1, first, [{"n": first}, {"n": first + 1}])
    spoil = "UPDATE rows SET text = ? WHERE first = 2"
    store.database.write(lambda c: c.exec_driver_sql(spoil, (garbage,)))
    rows, cursor = store.rows(run_id)
    assert [row["n"] for row in rows] == [0, 1, 4, 5]
    assert cursor == 6
    assert store.rows(run_id, 3) == ([{"n": 4}, {"n": 5}], 6)
