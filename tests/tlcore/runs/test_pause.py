"""Pause, resume, and the teacher's run that takes a slot: on a real dispatcher with one slot."""

from __future__ import annotations

import os
import signal
import sys

import pytest

from tests.tlcore.houses import every_executor, wait_for  # noqa: F401 (a fixture)
from tests.tlcore.stand_ins import order
from tlcore.ground.errors import UserError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="one slot is one core")


@pytest.fixture
def room(one_core, house):
    house.start()
    return house


def steps(room, run_id):
    return [row["step"] for row in room.store.rows(run_id)[0] if row["kind"] == "step"]


def status_is(room, run_id, *wanted, seconds=10):
    return wait_for(lambda: room.run(run_id).status in wanted, f"{wanted}", seconds)


def test_a_paused_run_frees_its_slot_and_goes_on_where_it_was(room):
    run_id = room.submit("restful", steps=60)
    room.started(run_id)
    room.store.pause(run_id, "ada")
    assert room.run(run_id).pausing
    status_is(room, run_id, "paused")
    assert not room.run(run_id).pausing
    done = steps(room, run_id)
    assert 0 < len(done) < 60
    assert room.ended(room.submit("quick")).status == "finished"  # the only slot is free
    assert steps(room, run_id) == done
    room.store.resume(run_id, "ada")
    run = room.ended(run_id)
    assert (run.status, run.attempt) == ("finished", 1)
    assert steps(room, run_id) == list(range(1, 61))
    assert len({row["pid"] for row in room.store.rows(run_id)[0] if "pid" in row}) == 2


def test_a_waiting_run_can_rest_and_does_not_start(room):
    first = room.submit("restful", steps=30)
    second = room.submit("quick", user="bob")
    room.store.pause(second, "bob")
    status_is(room, second, "paused")
    assert room.ended(first).status == "finished"
    assert room.run(second).status == "paused"
    room.store.resume(second, "bob")
    assert room.ended(second).status == "finished"


def test_a_paused_run_that_everybody_leaves_is_cancelled(room):
    run_id = room.submit("restful")
    room.started(run_id)
    room.store.pause(run_id, "ada")
    status_is(room, run_id, "paused")
    room.store.leave(run_id, "ada")
    assert room.ended(run_id).status == "cancelled"


def test_a_stop_during_a_slow_pause_is_a_stop(room):
    run_id = room.submit("restful", slow=60)
    room.started(run_id)
    room.store.pause(run_id, "ada")
    wait_for(lambda: room.run(run_id).pausing, "the wish")
    room.store.leave(run_id, "ada")
    assert status_is(room, run_id, "cancelled") < 1
    assert room.ended(room.submit("quick"), 5).status == "finished"


def test_a_worker_killed_after_saving_leaves_its_run_paused_with_the_state(room):
    run_id = room.submit("restful", steps=60, dies=True)
    room.started(run_id)
    room.store.pause(run_id, "ada")
    status_is(room, run_id, "paused")
    done = steps(room, run_id)
    assert room.run(run_id).attempt == 1
    room.store.resume(run_id, "ada")
    run = room.ended(run_id)
    assert (run.status, run.attempt) == ("finished", 1)
    assert steps(room, run_id)[: len(done)] == done
    assert steps(room, run_id) == list(range(1, 61))


def test_only_the_owner_and_the_host_may_pause(room):
    run_id = room.submit("restful")
    room.store.watch(run_id, "bob")
    room.started(run_id)
    for act in (room.store.pause, room.store.resume):
        with pytest.raises(UserError) as error:
            act(run_id, "bob")
        assert error.value.key == "run.not_yours"
    assert not room.run(run_id).pausing
    room.store.pause(run_id, "bob", host=True)
    status_is(room, run_id, "paused")


def test_the_owner_who_starts_a_paused_run_again_wakes_it_and_others_get_their_own(room):
    run_id = room.submit("restful", steps=40, hash="h")
    room.started(run_id)
    room.store.pause(run_id, "ada")
    status_is(room, run_id, "paused")
    other = room.store.submit(order("restful", "h", steps=40), "bob")
    assert other.how == "queued"
    again = room.store.submit(order("restful", "h", steps=40), "ada")
    assert (again.run_id, again.how) == (run_id, "joined")
    assert room.ended(run_id).status == "finished"
    assert steps(room, run_id) == list(range(1, 41))


def test_the_teachers_run_takes_the_slot_and_the_students_goes_on_after(room):
    student = room.submit("restful", steps=300)
    room.started(student)
    teacher = room.store.submit(order("quick"), "teacher", priority=1).run_id
    other = room.submit("quick", user="bob")
    status_is(room, teacher, "finished", seconds=2)
    assert room.run(student).status in ("queued", "running")
    assert room.ended(student).attempt == 1
    assert room.run(student).status == "finished"
    assert steps(room, student) == list(range(1, 301))
    assert room.ended(other).status == "finished"


def test_a_run_that_is_nearly_done_is_not_taken(room):
    student = room.store.submit(order("restful", steps=60), "ada", estimate=1.0).run_id
    room.started(student)
    teacher = room.store.submit(order("quick"), "teacher", priority=1).run_id
    assert room.ended(student).status == "finished"
    assert room.ended(teacher).started >= room.run(student).ended
    assert len({row["pid"] for row in room.store.rows(student)[0] if "pid" in row}) == 1


def test_a_dispatcher_killed_while_a_run_rests_changes_nothing(room):
    run_id = room.submit("restful", steps=60)
    room.started(run_id)
    room.store.pause(run_id, "ada")
    status_is(room, run_id, "paused")
    room.dispatchers[0].kill()
    room.dispatchers[0].wait()
    room.start()
    room.store.resume(run_id, "ada")
    run = room.ended(run_id)
    assert (run.status, run.attempt) == ("finished", 1)
    assert steps(room, run_id) == list(range(1, 61))


def test_a_run_killed_after_it_went_on_starts_anew_and_a_second_death_ends_it(room):
    run_id = room.submit("restful", steps=400)
    room.started(run_id)
    room.store.pause(run_id, "ada")
    status_is(room, run_id, "paused")
    room.store.resume(run_id, "ada")
    for attempt in (1, 2):
        before = len(steps(room, run_id)) if attempt == 1 else 0
        wait_for(lambda before=before: len(steps(room, run_id)) > before, "steps")
        wait_for(lambda: room.run(run_id).status == "running", "running")
        room_pid = room.store.rows(run_id)[0][-1]["pid"]
        os.kill(room_pid, signal.SIGKILL)
        wait_for(lambda a=attempt: room.run(run_id).attempt > a or not room.run(run_id).active, "")
    run = room.ended(run_id)
    assert (run.status, run.attempt) == ("interrupted", 2)


def test_a_run_that_rests_does_not_keep_the_dispatcher(one_core, house, monkeypatch):
    monkeypatch.setenv("TL_IDLE_SECONDS", "0.5")
    process = house.start()
    run_id = house.submit("restful")
    house.started(run_id)
    house.store.pause(run_id, "ada")
    status_is(house, run_id, "paused")
    assert process.wait(15) == 0
    assert house.run(run_id).status == "paused"
