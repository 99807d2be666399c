"""Who holds the lock of a data folder: the one dispatcher there, its number and its layout.

A dispatcher outlives its terminal, and an update of the app may move what it imports by name: one
of an older layout is ended outright.  Not by the order "end", which interrupts runs for good: as of
one that crashed, its runs are queued anew by whoever takes the lock next, and no dispatcher of any
age can be too busy, or too old, to obey.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import NamedTuple

import filelock
import psutil

from tlcore.ground import log
from tlcore.runs.executors.process import end

LOCK = "dispatcher.lock"  # held by the dispatcher of this data folder
PID = "dispatcher.pid"  # "number layout" of whoever took the lock last
# Raise it by one when a name moves that a dispatcher or its workers import late (the list stands in
# tests/fixtures/late_names.txt), and when they tell each other something else than before.
LAYOUT = 1

_left: set[tuple[Path, Holder]] = set()  # could not be ended: tried once, and not at every look


class Holder(NamedTuple):
    pid: int
    layout: int


def alive(folder: Path) -> bool:
    """Whether a dispatcher serves this data folder now."""
    if not (folder / LOCK).exists():
        return False
    probe = filelock.FileLock(folder / LOCK)
    try:
        probe.acquire(blocking=False)
    except filelock.Timeout:
        return True
    except OSError:  # a folder that may not be written: starting one tells the learner
        return False
    probe.release()
    return False


def sign(folder: Path) -> None:
    """Say that this process has the lock.  Raises FileNotFoundError where the folder is gone."""
    (folder / PID).write_text(f"{os.getpid()} {LAYOUT}")


def signed(folder: Path) -> Holder | None:
    """Who has signed last; None where nobody has, or nobody can read it."""
    try:
        pid, *layout = map(int, (folder / PID).read_text().split())
    except (OSError, ValueError):
        return None
    return Holder(pid, layout[0] if layout else 0)  # before there were layouts: the number alone


def end_older(folder: Path) -> bool:
    """End the dispatcher if it is of an older layout than this process; whether the lock is free.

    Two processes may do so at once: a number that has ended is nobody, whoever holds the lock by
    then.  One that cannot be ended (another account's) is left alone: runs are queued all the same.
    """
    holder = signed(folder)
    if holder is None or holder.layout >= LAYOUT or (folder, holder) in _left:
        return False
    kill(holder)
    if alive(folder):
        if signed(folder) == holder:
            _left.add((folder, holder))
        return False
    told = f"dispatcher {holder.pid} of layout {holder.layout} ended, here is {LAYOUT}"
    log.write(folder, "dispatcher", told)
    return True


def process_of(holder: Holder) -> psutil.Process | None:
    """None where it has ended, and where the number belongs to another program by now."""
    try:
        process = psutil.Process(holder.pid)
        return process if "dispatch" in process.cmdline() else None
    except (ValueError, psutil.Error):
        return None


def kill(holder: Holder) -> None:
    """The last resort: the processes themselves, the dispatcher first, which else would count the
    deaths of its workers."""
    process = process_of(holder)
    if process is None:
        return
    family = [process]
    with contextlib.suppress(psutil.Error):  # it has just ended
        family += process.children(recursive=True)
    end(family)
