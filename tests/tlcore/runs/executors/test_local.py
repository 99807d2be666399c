"""What the local executor promises beyond the contract: warm workers, and their being replaced."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time

import psutil
import pytest

from tests.tlcore.houses import family_of, wait_for
from tests.tlcore.stand_ins import TARGET
from tlcore.runs.executors import process
from tlcore.runs.executors.local import LocalExecutor

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def test_a_warm_worker_sends_its_first_row_within_a_second(house):
    house.start()
    house.ended(house.submit("quick"))
    time.sleep(0.3)
    began = time.monotonic()
    run_id = house.submit("quick")
    wait_for(lambda: house.store.rows(run_id)[0] != [], "the first row")
    assert time.monotonic() - began < 1


def test_idle_workers_that_are_killed_are_replaced(house):
    process = house.start()
    house.ended(house.submit("quick"))
    for member in family_of(process):  # the forkserver too
        with contextlib.suppress(psutil.NoSuchProcess):  # it ended with the one that it came from
            member.kill()
    assert house.ended(house.submit("quick")).status == "finished"
    assert process.poll() is None


def test_no_idle_worker_waits_for_downloads() -> None:
    executor, worker = LocalExecutor(TARGET, {"fetch": 1}), None
    try:
        time.sleep(0.3)
        assert executor._idle == []
        assert executor.take("fetch") is None  # it is asked for now
        until = time.monotonic() + 60
        while worker is None and time.monotonic() < until:
            time.sleep(0.02)
            worker = executor.take("fetch")
        assert worker is not None
        assert executor._idle == []  # and no second one
    finally:  # not close(): that ends every process under this one, a browser of other tests too
        with executor._change:
            executor._closed = True
            executor._change.notify()
        if worker is not None:
            worker.kill()


LEADERLESS = """
import ctypes, fcntl, sys, threading, time
file = open(sys.argv[1], "w")
fcntl.flock(file, fcntl.LOCK_EX)
threading.Thread(target=time.sleep, args=(60,)).start()
print("ready", flush=True)
ctypes.CDLL(None).pthread_exit(None)
"""


@pytest.mark.usefixtures("unhurried")
@pytest.mark.skipif(sys.platform != "linux", reason="a leader that is a zombie is Linux's")
def test_a_process_runs_until_its_last_thread_has_ended(tmp_path):
    """Its main thread gone, it is called a zombie, and what it had locked stays locked."""
    fcntl = pytest.importorskip("fcntl")
    lock = tmp_path / "lock"
    command = [sys.executable, "-c", LEADERLESS, str(lock)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as started, lock.open("a") as file:
        try:
            told = psutil.Process(started.pid)
            assert started.stdout.readline() == b"ready\n"
            wait_for(lambda: told.status() == psutil.STATUS_ZOMBIE, "the end of its main thread")
            with pytest.raises(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            assert process._runs(told)
            process.end([told])
            assert not process._runs(told)
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        finally:
            started.kill()
