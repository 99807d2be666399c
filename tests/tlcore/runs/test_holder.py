"""A dispatcher that an update outlived ends, and its runs are finished by the next.

The older one here is of today's code and signs with the number alone, as all did before there were
layouts; a test cannot have yesterday's code, which the history of the repository may lack.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.tlcore.houses import House, alive, family_of, living, wait_for
from tlcore.ground.paths import ROOT
from tlcore.runs import holder
from tlcore.runs.executors.choice import EXECUTORS

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
SERVE = """
import os, sys
from pathlib import Path
from tlcore.runs import dispatcher, holder

if __name__ == "__main__":
    signature = sys.argv[2].format(os.getpid())
    holder.sign = lambda folder: (folder / holder.PID).write_text(signature)
    raise SystemExit(dispatcher.main(Path(sys.argv[3])))
"""
OLD, NEWER = "{}", f"{{}} {holder.LAYOUT + 1}"
WEB = """
import sys, time
from pathlib import Path
from tlcore.runs import dispatch

dispatch.CHECK = 0.0
print("ready", flush=True)
sys.stdin.read(1)
until = time.monotonic() + float(sys.argv[2])
while time.monotonic() < until:
    dispatch.ensure(Path(sys.argv[1]))
    time.sleep(0.001)
"""


def of_another_layout(house: House, signature: str) -> subprocess.Popen[bytes]:
    program = house.folder.parent / "another.py"
    program.write_text(SERVE)
    house.dispatchers.append(
        subprocess.Popen(
            [sys.executable, str(program), "dispatch", signature, str(house.folder)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            start_new_session=True,
        )
    )
    process = house.dispatchers[-1]
    signed = f"{signature} ".format(process.pid)
    wait_for(lambda: f"{_read(house)} " == signed, "its signature")
    return process


def _read(house: House) -> str:
    file = house.folder / holder.PID
    return file.read_text() if file.exists() else ""


@pytest.mark.parametrize(
    ("executor", "stuck"), [("local", True), *((name, False) for name in EXECUTORS)]
)
def test_an_older_dispatcher_ends_and_the_next_one_finishes_its_runs(house, ask, stuck):
    old = of_another_layout(house, OLD)
    assert holder.signed(house.folder) == (old.pid, 0)
    run_id = house.submit("steady", steps=60, ends_on=2)
    house.started(run_id)
    waiting = [house.submit("quick", user=f"user{n}") for n in range(3)]
    family = family_of(old)
    if stuck:
        old.send_signal(signal.SIGSTOP)
    ask()
    assert not alive(old.pid)
    assert not living(family)
    wait_for(lambda: holder.alive(house.folder), "the next one")
    run = house.ended(run_id)
    assert (run.status, run.attempt) == ("finished", 2)
    assert [house.ended(one).status for one in waiting] == ["finished"] * 3
    assert holder.signed(house.folder) == (house.dispatchers[-1].pid, holder.LAYOUT)
    assert "of layout 0 ended" in (house.folder / "log" / "dispatcher.log").read_text()


def test_two_web_processes_that_see_the_old_one_start_one_and_leave_it_alone(house):
    of_another_layout(house, OLD)
    command = [sys.executable, "-c", WEB, str(house.folder), "6"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    web = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(2)]
    try:
        assert [process.stdout.read(5) for process in web] == [b"ready"] * 2
        run_id = house.submit("steady", steps=60, ends_on=2)
        house.started(run_id)
        for process in web:
            process.stdin.write(b"!")
            process.stdin.flush()
        wait_for(lambda: _read(house).endswith(f" {holder.LAYOUT}"), "the next one", 30)
        next_one = holder.signed(house.folder)
        run = house.ended(run_id, 30)
        assert (run.status, run.attempt) == ("finished", 2)
        assert [process.wait(30) for process in web] == [0, 0]
        assert holder.signed(house.folder) == next_one
        assert holder.alive(house.folder)
    finally:
        for process in web:
            process.kill()
            process.communicate()
        holder.kill(holder.signed(house.folder))


def test_a_newer_dispatcher_is_left_alone(house, ask):
    newer = of_another_layout(house, NEWER)
    ask()
    assert holder.signed(house.folder) == (newer.pid, holder.LAYOUT + 1)
    assert house.ended(house.submit("quick")).status == "finished"
    assert house.dispatchers == [newer]


def test_an_old_one_that_cannot_be_ended_is_tried_once_and_stops_nobody(house, ask, monkeypatch):
    old = of_another_layout(house, OLD)
    tried: list[holder.Holder] = []
    monkeypatch.setattr(holder, "kill", tried.append)
    for _ in range(3):
        ask()
    assert tried == [(old.pid, 0)]
    assert house.ended(house.submit("quick")).status == "finished"
    assert house.dispatchers == [old]


@pytest.mark.parametrize("text", ["{}", "", "x 1", "-1", "99999999999999"])
def test_a_number_that_is_another_program_s_or_nobody_s_ends_nobody(house, ask, text):
    process = house.start()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        (house.folder / holder.PID).write_text(text.format(other.pid))
        begun = list(house.dispatchers)
        ask()
        assert (other.poll(), process.poll()) == (None, None)
        assert house.dispatchers == begun
        other.communicate(b"\n")
