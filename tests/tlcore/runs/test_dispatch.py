"""Runs go through a real dispatcher and real processes; the worker function is a stand-in."""

from __future__ import annotations

import os
import signal
import sys
import time

import pytest

from tests.tlcore.houses import (
    House,
    alive,
    every_executor,  # noqa: F401 (a fixture)
    wait_for,
)
from tlcore.ground.errors import UserError
from tlcore.runs.housekeeping import Housekeeper
from tlcore.runs.store.store import Store

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def test_a_run_goes_from_queued_to_finished_and_keeps_its_rows(house):
    run_id = house.submit("quick")
    assert (house.run(run_id).status, house.run(run_id).place) == ("queued", 1)
    house.start()
    run = house.ended(run_id)
    rows, cursor = house.store.rows(run_id)
    assert run.status == "finished"
    assert [row.get("step") for row in rows] == [None, *range(1, 11), None]
    assert cursor == 12
    assert run.result == rows[-1]
    assert run.created <= run.started <= run.ended


def test_what_a_worker_tells_the_learner_reaches_the_run(house):
    house.start()
    run = house.ended(house.submit("refused"))
    assert (run.status, run.error_key, run.error_values) == (
        "failed",
        "data.unknown",
        {"given": "x"},
    )


def test_a_stop_is_visible_at_once_and_the_curve_is_kept(house):
    house.start()
    run_id = house.submit("steady")
    house.started(run_id)
    house.store.leave(run_id, "ada")
    took = wait_for(lambda: house.run(run_id).status == "cancelled", "cancelled")
    assert took < 0.3
    assert len(house.store.rows(run_id)[0]) > 1


def test_a_run_goes_on_while_somebody_watches(house):
    house.start()
    run_id = house.submit("steady", steps=60)
    house.store.watch(run_id, "bob")
    house.store.leave(run_id, "ada")
    assert not house.run(run_id).stopping
    assert house.ended(run_id).status == "finished"


def test_a_waiting_run_can_be_stopped(house):
    run_id = house.submit("steady")
    house.store.leave(run_id, "ada")
    house.start()
    assert house.ended(run_id).status == "cancelled"
    assert house.store.rows(run_id)[0] == []


def freeze(house: House, pid: int, run_id: str) -> None:
    """SIGSTOP, but not in the middle of a write: the store would be locked by what sleeps."""
    probe = Store(house.folder / "store.db", busy_seconds=0.1)
    while True:
        os.kill(pid, signal.SIGSTOP)
        try:
            probe.watch(run_id, "ada")
            return
        except UserError:
            os.kill(pid, signal.SIGCONT)
            time.sleep(0.02)


@pytest.mark.skipif(sys.platform != "linux", reason="cores are set as on Linux")
@pytest.mark.parametrize("frozen", [False, True], ids=["stuck in C", "SIGSTOP"])
def test_the_slot_of_a_worker_that_ignores_the_stop_is_free_within_five_seconds(
    one_core, house, frozen
):
    house.start()
    run_id = house.submit("steady" if frozen else "deaf")
    pid = house.started(run_id)
    time.sleep(0.4)  # by now it sleeps in C
    if frozen:
        freeze(house, pid, run_id)
    waiting = house.submit("quick")
    assert house.run(waiting).place == 1
    house.store.leave(run_id, "ada")
    assert wait_for(lambda: house.run(run_id).status == "cancelled", "cancelled") < 0.5
    assert house.ended(waiting, 5).status == "finished"
    assert not alive(pid)


@pytest.mark.parametrize(
    ("times", "status", "attempt"), [(1, "finished", 2), (2, "interrupted", 2)]
)
def test_a_killed_worker_is_tried_once_more(house, times, status, attempt):
    house.start()
    run = house.ended(house.submit("killed", times=times))
    assert (run.status, run.attempt) == (status, attempt)
    rows, _ = house.store.rows(run.id)
    assert [row["attempt"] for row in rows if row["kind"] == "start"] == [2]


def test_a_worker_killed_after_its_result_has_finished(house):
    house.start()
    run = house.ended(house.submit("killed_late"))
    assert (run.status, run.attempt) == ("finished", 1)


def test_a_result_that_the_store_lost_comes_from_the_record(house):
    house.start()
    run = house.ended(house.submit("unheard", recorded=True))
    assert (run.status, run.result["steps"]) == ("finished", 10)
    assert [row["kind"] for row in house.store.rows(run.id)[0]] == ["step", "result"]


def test_a_run_without_result_or_record_is_tried_again_and_never_told_finished(house):
    house.start()
    run = house.ended(house.submit("unheard"))
    assert (run.status, run.attempt) == ("interrupted", 2)


def test_a_worker_over_the_memory_limit_fails_with_the_figures(house, monkeypatch):
    monkeypatch.setenv("TL_WORKER_MEMORY_MB", "300")
    house.start()
    run = house.ended(house.submit("hungry"))
    assert (run.status, run.error_key) == ("failed", "run.memory")
    assert run.error_values["limit_mb"] == 300 < run.error_values["used_mb"]


def test_a_run_over_the_time_limit_fails(house, monkeypatch):
    monkeypatch.setenv("TL_RUN_SECONDS", "0.5")
    house.start()
    run = house.ended(house.submit("steady"))
    assert (run.status, run.error_key, run.error_values) == (
        "failed",
        "run.too_long",
        {"seconds": 0},
    )


def test_a_gpu_run_without_a_gpu_fails_and_does_not_wait_for_ever(house):
    house.start()
    run = house.ended(house.submit("quick", device="cuda"))
    assert (run.status, run.error_key) == ("failed", "device.no_cuda")


def test_rows_of_a_worker_whose_run_was_given_away_are_refused(house):
    house.start()
    run_id = house.submit("steady", steps=60)
    old = house.started(run_id)
    os.kill(old, signal.SIGSTOP)
    house.dispatchers[0].kill()
    house.dispatchers[0].wait()
    house.start()
    if alive(old):  # on Linux it was killed with its dispatcher, stopped or not
        os.kill(old, signal.SIGCONT)
    run = house.ended(run_id)
    steps = [row["step"] for row in house.store.rows(run_id)[0] if row["kind"] == "step"]
    assert run.status == "finished"
    assert steps == list(range(1, 61))


@pytest.mark.skipif(sys.platform != "linux", reason="cores are set as on Linux")
def test_what_nobody_should_wait_for_has_a_slot_of_its_own(one_core, house):
    house.start()
    training = house.submit("steady", steps=400)
    house.started(training)
    waiting = house.submit("quick")
    looks = [house.submit("quick", kind=kind, of=training) for kind in ("explain", "export")]
    for run_id in looks:
        assert house.ended(run_id, 5).status == "finished"
    assert house.run(training).status == "running"
    assert house.run(waiting).status == "queued"


def test_the_host_stops_all_runs_that_wait_and_that_are_under_way(house):
    house.start()
    ids = [house.submit("steady", user=f"user{n}") for n in range(5)]
    house.started(ids[0])
    assert house.store.stop_all() == 5
    for run_id in ids:
        assert house.ended(run_id).status == "cancelled"
    assert house.ended(house.submit("quick")).status == "finished"


def test_the_store_is_cleared_while_runs_are_under_way(house):
    process = house.start()
    ids = [house.submit("steady", user=f"user{n}") for n in range(5)]
    workers = [house.started(run_id) for run_id in ids[:1]]
    assert house.store.clear() == 5
    assert house.store.runs("user0") == []
    wait_for(lambda: not any(map(alive, workers)), "the end of the workers")
    assert house.ended(house.submit("quick")).status == "finished"
    assert all(house.store.run(run_id) is None for run_id in ids)
    assert all(house.store.rows(run_id) == ([], 0) for run_id in ids)
    assert process.poll() is None


def test_a_run_that_is_taken_off_the_last_list_stops_and_is_tidied_away(house):
    run_id = house.submit("steady")
    house.start()
    house.started(run_id)
    house.store.remove(run_id, "ada")
    assert house.ended(run_id).status == "cancelled"
    Housekeeper(house.store, 1).tidy()
    assert house.store.run(run_id) is None
