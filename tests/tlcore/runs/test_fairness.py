"""The next slot goes to whoever has used least; every place and wait is known beforehand."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import time

import pytest

from tests.tlcore.houses import wait_for
from tests.tlcore.stand_ins import order
from tlcore.ground import machine
from tlcore.ground.paths import ROOT
from tlcore.runs.fairness import in_order, needed, remaining, waits
from tlcore.runs.limits import RoomLimits
from tlcore.runs.queue import Queue
from tlcore.runs.run import Ticket
from tlcore.runs.store.line import charged
from tlcore.runs.store.store import Order, Store


def ticket(number, user, estimate=10.0, **values):
    usual = {
        "kind": "fine_tune",
        "status": "queued",
        "started": None,
        "lane": "cpu",
        "attempt": 1,
        "priority": 0,
        "used": 0.0,
        "stop": False,
        "pause": False,
    }
    return Ticket(
        number=number, id=f"{user}{number}", user=user, estimate=estimate, **(usual | values)
    )


def names(line):
    return [ticket.user for ticket in line]


def test_users_take_turns_whoever_came_first():
    line = [ticket(n, "ada") for n in range(4)] + [ticket(n, "bob") for n in range(4, 6)]
    assert names(in_order(line, {})) == ["ada", "bob", "ada", "bob", "ada", "ada"]
    assert [t.number for t in in_order(line, {}) if t.user == "ada"] == [0, 1, 2, 3]


def test_who_has_used_least_goes_first_and_short_runs_cost_less():
    waiting = [ticket(0, "ada"), ticket(1, "bob"), ticket(2, "eve")]
    assert names(in_order(waiting, {"ada": 50.0, "bob": 20.0})) == ["eve", "bob", "ada"]
    short = [ticket(n, "ada", estimate=1.0) for n in range(4)] + [ticket(9, "bob", estimate=3.0)]
    assert names(in_order([*short, ticket(10, "bob")], {"ada": 0.5})) == [
        "bob",
        "ada",
        "ada",
        "ada",
        "bob",
        "ada",
    ]


def test_priority_goes_before_everything():
    waiting = [ticket(0, "ada"), ticket(1, "teacher", priority=1), ticket(2, "bob")]
    assert names(in_order(waiting, {"teacher": 999.0})) == ["teacher", "ada", "bob"]


def test_the_order_does_not_depend_on_the_order_asked_in():
    draw = random.Random(4)
    waiting = [ticket(n, draw.choice("abcdef"), draw.uniform(1, 60)) for n in range(60)]
    line = in_order(waiting, {"a": 30.0})
    for _ in range(5):
        draw.shuffle(waiting)
        assert in_order(waiting, {"a": 30.0}) == line


def test_waits_are_what_a_walk_through_the_slots_gives():
    line = [ticket(0, "a", 5.0), ticket(1, "b", 1.0), ticket(2, "c", 4.0), ticket(3, "d", 2.0)]
    # Two slots, free after 3 and 10 s: a 3-8, b 8-9, c 9-13, d 10-12.
    assert waits(line, [10.0, 3.0], 2) == {"a0": 3.0, "b1": 8.0, "c2": 9.0, "d3": 10.0}
    assert waits(line, [], 2) == {"a0": 0.0, "b1": 0.0, "c2": 1.0, "d3": 5.0}
    assert waits(line, [], 0) == {}


def test_a_run_over_its_estimate_still_needs_something():
    assert remaining(ticket(0, "a", 10.0), 4.0) == 6.0
    assert remaining(ticket(0, "a", 10.0), 40.0) == 10.0
    assert remaining(ticket(0, "a", None), 2.0) == 8.0
    assert needed(ticket(0, "a", 10.0, used=7.0)) == 3.0


def test_one_who_has_a_slot_is_charged_before_the_second_slot_is_free():
    just = ticket(0, "ada", status="running", started=time.time())
    waiting = [ticket(1, "ada"), ticket(2, "bob")]
    used = charged({}, [just, *waiting], "cpu")
    assert names(in_order(waiting, used)) == ["bob", "ada"]


def test_one_lane_does_not_pay_for_another():
    lately = {("ada", "quick"): 99.0, ("bob", "cpu"): 1.0}
    assert charged(lately, [], "cpu") == {"bob": 1.0}


SECONDS = 6.0  # of every run below


def first_starts(submitted, slots):
    """{user: when their first run starts}; `submitted`: (moment, user), every run lasts SECONDS."""
    coming, number = sorted(submitted), itertools.count()
    waiting, ends, used, told, now = [], [], {}, {}, 0.0
    while coming or waiting:
        while coming and coming[0][0] <= now:
            waiting.append(ticket(next(number), coming.pop(0)[1], SECONDS))
        ends = [end for end in ends if end > now]
        for first in in_order(waiting, used)[: slots - len(ends)]:
            waiting.remove(first)
            ends.append(now + SECONDS)
            used[first.user] = used.get(first.user, 0.0) + SECONDS
            told.setdefault(first.user, now)
        if coming or waiting:
            now = min([moment for moment, _ in coming[:1]] + [end for end in ends if end > now])
    return told


@pytest.mark.parametrize("seed", range(10))
def test_one_student_who_submits_two_hundred_delays_the_others_by_one_run_at_most(seed):
    draw = random.Random(seed)
    others = [(draw.uniform(0, 120), f"student{n}") for n in range(39)]
    alone = first_starts(others, 2)
    flooded = first_starts([(0.0, "greedy")] * 200 + others, 2)
    late = {user: flooded[user] - alone[user] for _, user in others}
    assert max(late.values()) <= SECONDS
    assert flooded["greedy"] == 0.0


@pytest.mark.skipif(sys.platform != "linux", reason="one slot is one core")
def test_live_others_start_at_most_one_run_after_they_would_have(one_core, house):
    house.store.set_limits(RoomLimits(waiting=500))
    house.store.submit_all([Order(order("steady", steps=20), 0.3) for _ in range(200)], "greedy")
    house.start()
    wait_for(lambda: house.store.busy().running == 1, "the first")
    ids = [house.submit("quick", user=f"student{n}") for n in range(6)]
    places = [house.run(run_id).place for run_id in ids]
    assert places == [1, 2, 3, 4, 5, 6]
    started = sorted(house.ended(run_id, 30).started for run_id in ids)
    greedy = [run for run in house.store.runs("greedy", 300) if run.started]
    assert sum(started[0] < run.started < started[-1] for run in greedy) == 0
    assert house.store.busy().users == 1
    house.store.stop_all()
    wait_for(lambda: house.store.busy().waiting == 0, "all stopped", 30)


# Clocks that jump


@pytest.mark.parametrize("jump", [86400.0, -86400.0])
def test_a_clock_that_jumps_a_day_changes_no_place_and_no_wait_by_much(tmp_path, monkeypatch, jump):
    monkeypatch.setattr(machine, "cpu_slots", lambda: 1)
    store = Store(tmp_path / "store.db")
    queue = Queue(store)
    first = store.submit(order("quick"), "ada", estimate=20.0).run_id
    queue.start(first)
    early = [store.submit(order("quick"), u, estimate=10.0).run_id for u in ("bob", "eve")]
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + jump)
    late = [store.submit(order("quick"), u, estimate=10.0).run_id for u in ("joe", "kim")]
    store.line.forget()
    runs = [store.run(run_id) for run_id in early + late]
    assert [run.place for run in runs] == [1, 2, 3, 4]
    assert all(0 <= run.wait <= 200 for run in runs)
    assert [run.wait for run in runs] == sorted(run.wait for run in runs)
    assert [t.id for t in queue.tickets() if t.status == "running"] == [first]
    queue.end(first, "finished", spent=5.0)
    store.line.forget()
    assert [store.run(run_id).place for run_id in early + late] == [1, 2, 3, 4]
    store.close()


CLOCK = """
import sys, time, threading
from pathlib import Path
real, began = time.time, time.monotonic()
jump = float(sys.argv[2])
time.time = lambda: real() + (jump if time.monotonic() - began > 1.5 else 0.0)
from tests.tlcore.stand_ins import TARGET
from tlcore.runs.dispatcher import main
sys.exit(main(Path(sys.argv[1]), TARGET))
"""


@pytest.mark.parametrize("jump", [86400.0, -86400.0])
def test_a_dispatcher_whose_clock_jumps_loses_no_run(house, jump):
    command = [sys.executable, "-c", CLOCK, str(house.folder), str(jump)]
    house.dispatchers.append(subprocess.Popen(command, cwd=ROOT))
    ids = [house.submit("steady", steps=250, user=f"user{n}") for n in range(4)]
    for run_id in ids:
        run = house.ended(run_id, 20)
        assert (run.status, run.attempt) == ("finished", 1)
    assert house.dispatchers[0].poll() is None


def test_a_run_that_has_rested_long_is_charged_no_more():
    now = time.time()
    young = ticket(0, "ada", status="paused", started=now - 60, used=30.0)
    old = ticket(1, "bob", status="paused", started=now - 3600, used=30.0)
    assert charged({}, [young, old], "cpu") == {"ada": 30.0}
