"""The life of the dispatcher itself: started, ensured, ended; its folder, and its clients."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.tlcore.houses import (
    alive,
    every_executor,  # noqa: F401 (a fixture)
    family_of,
    living,
    wait_for,
)
from tlcore.ground.errors import UserError
from tlcore.ground.paths import ROOT
from tlcore.runs import dispatch, dispatcher, holder
from tlcore.runs.store.store import Store
from tlcore.words import i18n

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def test_after_a_killed_dispatcher_the_next_one_finishes_the_run_once(house):
    first = house.start()
    run_id = house.submit("steady", steps=60, ends_on=2)
    pid = house.started(run_id)
    first.kill()
    first.wait()
    wait_for(lambda: not alive(pid), "the end of the orphan", 2)
    assert house.run(run_id).status == "running"
    house.start()
    house.started(run_id, attempt=2)
    run = house.ended(run_id)
    rows, _ = house.store.rows(run_id)
    assert (run.status, run.attempt) == ("finished", 2)
    assert [row.get("step") for row in rows] == [None, *range(1, 61), None]


def test_one_dispatcher_serves_a_folder(house):
    first = house.start()
    second = dispatch.start(house.folder)
    assert second.wait(10) == 0
    assert first.poll() is None


def test_ensure_starts_a_dispatcher_only_where_none_is_alive(house, ask):
    for _ in range(5):
        ask()
    wait_for(lambda: holder.alive(house.folder), "a dispatcher")
    ask()
    assert len(house.dispatchers) == 1
    house.dispatchers[0].kill()
    house.dispatchers[0].wait()

    def brought_back() -> bool:
        ask()
        return len(house.dispatchers) == 2 and holder.alive(house.folder)

    wait_for(brought_back, "the next dispatcher")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_every_process_and_the_run_is_interrupted(house, number):
    process = house.start()
    run_id = house.submit("deaf")
    house.started(run_id)
    time.sleep(0.4)
    family = family_of(process)
    assert family
    process.send_signal(number)
    assert process.wait(5) == 0
    assert not living(family)
    assert house.run(run_id).status == "interrupted"


def test_the_last_client_ends_the_dispatcher_and_no_process_is_left(house):
    process = house.start()
    first, second = dispatch.client(house.folder), dispatch.client(house.folder)
    run_id = house.submit("steady")
    house.started(run_id)
    family = family_of(process)
    assert first.close() is False
    assert process.poll() is None
    began = time.monotonic()
    assert second.close() is True
    assert time.monotonic() - began < 5
    assert process.wait(1) == 0
    assert not living(family)
    assert house.run(run_id).status == "interrupted"


def test_a_dispatcher_that_does_not_answer_is_ended_all_the_same(house, monkeypatch):
    monkeypatch.setattr(dispatch, "ENDING", 0.2)
    process = house.start()
    client = dispatch.client(house.folder)
    family = family_of(process)
    os.kill(process.pid, signal.SIGSTOP)
    assert client.close() is True
    assert not alive(process.pid)
    assert not living(family)


def test_a_dispatcher_that_cannot_start_is_told_until_one_can(house, monkeypatch):
    real = dispatch.start

    def fail(folder: Path) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
        process.wait()
        return process

    monkeypatch.setattr(dispatch, "CHECK", 0.0)
    monkeypatch.setattr(dispatch, "start", fail)
    for _ in range(dispatch.MAX_FAILURES):
        dispatch.ensure(house.folder)
    for _ in range(3):
        with pytest.raises(UserError) as error:
            dispatch.ensure(house.folder)
        assert error.value.key == "run.no_dispatcher"
        assert error.value.values == {"log": str(house.folder / "log" / "dispatcher.log")}
    monkeypatch.setattr(dispatch, "start", real)
    house.start()
    dispatch.ensure(house.folder)


def test_a_dispatcher_without_clients_ends_after_its_last_run(house, monkeypatch):
    monkeypatch.setenv("TL_IDLE_SECONDS", "0.3")
    process = house.start()
    run_id = house.submit("steady", steps=50)
    assert house.ended(run_id).status == "finished"
    assert process.wait(5) == 0


def removed(folder: Path) -> bool:
    """A dispatcher that is busy may write a file into the folder while it is emptied."""
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def test_a_dispatcher_whose_folder_was_removed_ends_and_makes_room_for_the_next(house):
    first = house.start()
    wait_for(lambda: removed(house.folder), "the end of the folder")
    assert first.wait(timeout=5) == 0
    house.store = Store(house.folder / "store.db")
    house.start()
    assert house.ended(house.submit("quick")).status == "finished"


def test_a_spoilt_pid_file_interrupts_nobody(house):
    process = house.start()
    run_id = house.submit("steady", steps=120)
    house.started(run_id)
    (house.folder / holder.PID).write_text("")
    assert house.ended(run_id).status == "finished"
    assert process.poll() is None


@pytest.mark.parametrize("all_of_it", [True, False])
def test_a_folder_that_goes_just_after_the_lock_was_taken_ends_a_dispatcher_in_peace(
    house, monkeypatch, all_of_it
):
    def gone(folder: Path) -> None:
        (folder / holder.LOCK).unlink()
        if all_of_it:
            raise FileNotFoundError

    monkeypatch.setattr(holder, "sign", gone)
    monkeypatch.setattr(dispatcher, "Dispatcher", None)  # it does not come to serve
    assert dispatcher.main(house.folder) == 0
    assert not holder.alive(house.folder)


@pytest.mark.usefixtures("unhurried")
def test_the_web_process_side_loads_no_torch():
    code = (
        "import sys, tlcore.runs.store.store, tlcore.runs.dispatch, tlcore.ground.machine\n"
        "print('torch' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "False"


def test_a_client_knows_what_trouble_the_store_is_in(house, monkeypatch):
    house.start()
    monkeypatch.setattr(dispatch, "BEAT", 0.02)
    client = dispatch.Client(house.folder)
    wait_for(lambda: bool(house.store.database.read(_clients)), "a beat")
    assert client.trouble is None

    def full(*_: object) -> None:
        raise UserError("store.full", path="x", free_mb=0)

    with monkeypatch.context() as patch:
        patch.setattr("tlcore.runs.queue.Queue.beat", full)
        wait_for(lambda: client.trouble is not None, "the trouble")
        assert client.trouble.key == "store.full"
    wait_for(lambda: client.trouble is None, "its end")
    client.close()


def _clients(connection):
    return connection.exec_driver_sql("SELECT * FROM clients").all()


def test_a_beat_that_outlives_its_client_starts_no_dispatcher(house, monkeypatch):
    started: list[Path] = []
    go_on = threading.Event()
    monkeypatch.setattr(dispatch, "ensure", started.append)
    monkeypatch.setattr("tlcore.runs.queue.Queue.beat", lambda *_: go_on.wait(10))
    client = dispatch.Client(house.folder)
    client.close()
    go_on.set()
    wait_for(lambda: not client._thread.is_alive(), "the end of the beat")
    assert started == []


def test_a_client_outlives_a_time_without_descriptors(house, monkeypatch):
    """Neither its beat nor the start of a dispatcher may end the thread that keeps both going."""
    monkeypatch.setattr(dispatch, "BEAT", 0.02)
    monkeypatch.setattr(dispatch, "CHECK", 0.0)

    def none_left(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(dispatch.subprocess, "Popen", none_left)
        patch.setattr(i18n, "texts", none_left)  # nor can the sentences be read
        client = dispatch.Client(house.folder)
        wait_for(lambda: client.trouble is not None, "the trouble")
        assert client.trouble.key == "machine.spent"
        beats: list[object] = []

        def no_beat(*asked: object) -> None:
            beats.append(asked)
            none_left()

        patch.setattr("tlcore.runs.queue.Queue.beat", no_beat)
        wait_for(lambda: len(beats) > 2, "beats that find no descriptor")
    wait_for(lambda: holder.alive(house.folder), "a dispatcher, without anybody's help")
    wait_for(lambda: client.trouble is None, "its end")
    assert client.close() is True
