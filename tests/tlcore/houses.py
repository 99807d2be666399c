"""A data folder with a real dispatcher and real worker processes, for tests."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.tlcore.stand_ins import TARGET, order
from tlcore.runs import dispatch, holder
from tlcore.runs.executors.choice import EXECUTORS
from tlcore.runs.run import Run
from tlcore.runs.store.store import Store


class House:
    """A data folder with its store, and the dispatchers a test starts in it."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, executor: str = "local"
    ) -> None:
        self.folder = folder
        self.store = Store(folder / "store.db")
        self.dispatchers: list[subprocess.Popen[bytes]] = []
        monkeypatch.setenv("TL_WORKER", TARGET)
        monkeypatch.setenv("TL_EXECUTOR", executor)
        monkeypatch.setenv("TL_IDLE_SECONDS", "20")

    def start(self) -> subprocess.Popen[bytes]:
        """Once it has signed: then it can be stopped, or its folder removed, like any other."""
        self.dispatchers.append(process := dispatch.start(self.folder))
        me = (process.pid, holder.LAYOUT)
        wait_for(lambda: holder.signed(self.folder) == me, "a dispatcher")
        return process

    def submit(self, act: str, user: str = "ada", **values: object) -> str:
        return self.store.submit(order(act, **values), user).run_id

    def run(self, run_id: str) -> Run:
        found = self.store.run(run_id)
        assert found is not None
        return found

    def ended(self, run_id: str, seconds: float = 10) -> Run:
        wait_for(lambda: not self.run(run_id).active, f"the end of {run_id}", seconds)
        return self.run(run_id)

    def started(self, run_id: str, attempt: int = 1) -> int:
        """Wait for the first row; the process id of the worker."""

        def row() -> bool:
            rows, _ = self.store.rows(run_id)
            return bool(rows) and rows[0]["attempt"] == attempt

        wait_for(row, f"the first row of {run_id}")
        return int(self.store.rows(run_id)[0][0]["pid"])

    def close(self) -> None:
        family: list[psutil.Process] = []
        for process in self.dispatchers:
            if process.poll() is None:
                family += psutil.Process(process.pid).children(recursive=True)
                process.terminate()
        for process in self.dispatchers:
            process.wait(10)
        assert not living(family)


@pytest.fixture
def executor() -> str:
    """How the dispatcher of a `house` runs its jobs."""
    return "local"


@pytest.fixture(name="executor", params=EXECUTORS)
def every_executor(request: pytest.FixtureRequest) -> str:
    """Imported by a file of tests, all its houses are built once with each: they are the proof of
    tlcore.runs.executors.contract."""
    return str(request.param)


@pytest.fixture
def house(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, executor: str, unhurried: None
) -> Iterator[House]:
    house = House(tmp_path / "data", monkeypatch, executor)
    yield house
    house.close()


@pytest.fixture
def ask(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """`ensure`, which looks at each call here, and the house ends what it starts."""
    real = dispatch.start

    def start(folder: Path) -> subprocess.Popen[bytes]:
        house.dispatchers.append(real(folder))
        return house.dispatchers[-1]

    monkeypatch.setattr(dispatch, "CHECK", 0.0)
    monkeypatch.setattr(dispatch, "start", start)
    return lambda: dispatch.ensure(house.folder)


@pytest.fixture
def one_core() -> Iterator[None]:
    """The dispatcher inherits it: one slot."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    yield
    os.sched_setaffinity(0, cores)


def wait_for(true: Callable[[], bool], what: str, seconds: float = 10) -> float:
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(0.005)
    return time.monotonic() - began


def living(family: list[psutil.Process]) -> list[psutil.Process]:
    """Those that run; one that is dead and not yet collected by init does not."""

    def lives(process: psutil.Process) -> bool:
        try:
            return process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    return [process for process in family if lives(process)]


def alive(pid: int) -> bool:
    try:
        return bool(living([psutil.Process(pid)]))
    except psutil.NoSuchProcess:
        return False


def family_of(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)
