"""The promises of a class, in small: kills, a greedy student, stops under load.

`python -m tests.bench kills fairness cancel` measures them in full; here the same code must hold.
"""

from __future__ import annotations

import pytest

from tests import loops
from tests.bench.classroom import cancel, fairness, kills, room
from tlcore.ground import machine

pytestmark = pytest.mark.usefixtures("unhurried")


def test_twelve_kills_lose_no_run_and_finish_none_twice():
    told = kills.kill(workers=8, dispatchers=3, webs=1, seconds=12)
    assert dict(told.killed) == {"worker": 8, "dispatcher": 3, "web": 1}
    assert told.statuses["finished"] > 0
    assert (told.lost, told.twice, told.gaps, told.unfair) == ([], [], [], [])
    assert told.deaths <= told.killed["worker"]  # a killed dispatcher costs no run its one retry


def test_one_student_with_forty_runs_is_passed_by_everybody_elses_first():
    between, _ = fairness.measured(greed=40, students=3)
    assert max(between) <= machine.cpu_slots()  # those that were given out in the same moment


def test_in_no_simulated_class_does_a_greedy_student_cost_another_more_than_one_run():
    later = [runs for seed in range(20) for runs in fairness.runs_later(seed)]
    assert max(later) <= 1
    assert len(later) == 20 * (fairness.CLASS - 1)


def test_runs_that_are_left_under_load_are_told_cancelled():
    with room.room(2 + cancel.READERS) as (server, store):
        ids = [room.submit(store, f"bench{n}", n, **room.LONG) for n in range(2)]
        waits, before = loops.run(cancel.measured(server, store, ids, cancels=5, sessions=4))
    assert len(waits) == 5
    assert set(before) <= {"queued", "running"}
