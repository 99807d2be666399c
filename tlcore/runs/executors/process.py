"""A child process for one job, and the dispatcher's end of its pipe: what executors of this machine
give to the dispatcher (tlcore.runs.executors.contract.Taken)."""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from collections.abc import Sequence
from multiprocessing import connection
from typing import Any, Protocol, Self

import psutil

from tlcore.runs.executors import child
from tlcore.runs.executors.contract import Ending, Job
from tlcore.runs.run import Lane


class Process(Protocol):
    """What is asked of a child, whoever made it: multiprocessing's own are like this."""

    @property
    def pid(self) -> int | None: ...

    def is_alive(self) -> bool: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...


class Worker:
    """One child process and the dispatcher's end of its pipe."""

    def __init__(self, kind: Lane, process: Process, pipe: connection.Connection) -> None:
        self.kind = kind
        self.process = process
        self.pipe = pipe

    @classmethod
    def born(cls, context: Any, target: str, kind: Lane) -> Self:
        """`context`: of multiprocessing.  Raises OSError or EOFError where it cannot be born."""
        ours, theirs = multiprocessing.Pipe()
        process = context.Process(target=child.serve, args=(theirs, target, kind), daemon=True)
        try:
            process.start()
        except (OSError, EOFError):
            ours.close()
            raise
        finally:
            theirs.close()
        return cls(kind, process, ours)

    @property
    def alive(self) -> bool:
        return self.process.is_alive()

    def ending(self) -> Ending | None:
        try:
            while self.pipe.poll():
                said = self.pipe.recv()
                if said != "ready":
                    return dict(said)
        except (EOFError, OSError):
            pass  # it died: `alive` tells
        return None

    def tell(self, words: Job | str) -> None:
        with contextlib.suppress(OSError):  # it died: `alive` tells
            self.pipe.send(words)

    def terminate(self) -> None:
        self.process.terminate()

    def kill(self) -> None:
        self.process.kill()

    def memory_mb(self) -> float:
        try:
            return float(psutil.Process(self.process.pid).memory_info().rss) / 2**20
        except psutil.Error:
            return 0.0


def wait_for(workers: Sequence[Worker], seconds: float) -> None:
    """Until one of them says something or dies, at most `seconds`."""
    if pipes := [worker.pipe for worker in workers]:
        connection.wait(pipes, timeout=seconds)
    else:
        time.sleep(seconds)


def end_family() -> None:
    """End every process under this one."""
    end(psutil.Process().children(recursive=True))


def end(family: Sequence[psutil.Process]) -> None:
    """In 2 s.  Killed outright: what they had to say is in the store, and nobody waits for the
    rest.  One that may not be killed, as another account's, stays."""
    for process in family:
        with contextlib.suppress(psutil.Error):
            process.kill()
    until = time.monotonic() + 2
    while any(map(_runs, family)) and time.monotonic() < until:
        time.sleep(0.005)


def _runs(process: psutil.Process) -> bool:
    """Until its last thread has ended, which may be after the first: what it had open, a lock,
    stays open as long."""
    try:
        ended = process.status() == psutil.STATUS_ZOMBIE
        return not ended or bool(process.num_threads() > 1)
    except psutil.NoSuchProcess:
        return False
