"""Runs each job in a process that is made for it: the least that keeps the executor's contract.

Beside the local executor it lacks every warm worker: each run waits until a new process has
imported torch, an explanation as long as a training, and nothing is made ahead of what is asked
for.  It has no thread and no forkserver, and does the same on every system: what to read first,
what to copy for an executor elsewhere, and what to try where forking misbehaves.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

from tlcore.runs.executors.environment import ENVIRONMENT
from tlcore.runs.executors.process import Worker, end_family, wait_for
from tlcore.runs.run import Lane

BREATH = 0.5  # seconds before the next try where the system gives no process


class PoolExecutor:
    """`target` names the worker function, "module:function"; nothing is imported ahead, so
    `preload` is not read."""

    def __init__(self, target: str, slots: Mapping[Lane, int], preload: Sequence[str] = ()) -> None:
        os.environ.update(ENVIRONMENT)
        self.slots = slots
        self._target = target
        self._context: Any = multiprocessing.get_context("spawn")
        self._busy: list[Worker] = []
        self._rest_until = 0.0

    def free(self, kind: Lane) -> bool:
        return sum(worker.kind == kind for worker in self._busy) < self.slots[kind]

    def take(self, kind: Lane) -> Worker | None:
        if time.monotonic() < self._rest_until:
            return None
        try:
            worker = Worker.born(self._context, self._target, kind)
        except (OSError, EOFError):  # no memory, no process left: the run goes on waiting
            self._rest_until = time.monotonic() + BREATH
            return None
        self._busy.append(worker)
        return worker

    def give_back(self, worker: Worker) -> None:
        self.release(worker)  # it is made for one job, and had none

    def release(self, worker: Worker) -> None:
        """Killed: it has said its last word, and all else that it wrote is in the store."""
        self._busy.remove(worker)
        worker.kill()
        worker.pipe.close()

    def wait(self, seconds: float) -> None:
        wait_for(self._busy, seconds)

    def close(self) -> None:
        end_family()
