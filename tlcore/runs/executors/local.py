"""Runs jobs in processes of this machine, on warm workers: idle children with torch imported.

A worker does one run and is replaced, so that no run meets what another left behind (a poisoned
CUDA context, a fragmented heap).  On Linux a forkserver with torch preloaded makes one in 31 ms
instead of 4.9 s; on a GPU, and on other systems, they are spawned.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from tlcore.runs.executors.environment import ENVIRONMENT
from tlcore.runs.executors.process import Worker, end_family, wait_for
from tlcore.runs.run import Lane

KINDS: tuple[Lane, ...] = ("cpu", "gpu", "quick", "fetch")
RARE: frozenset[Lane] = frozenset({"fetch"})  # a download does not mind 31 ms, or 5 s once
WARM = 4  # idle workers of one kind at most: each holds memory
BREATH = 0.5  # seconds between new workers where the last one died idle
BIRTHS = 3  # that fail one after the other before workers of that kind are spawned, not forked


class LocalExecutor:
    """`slots` runs at once of each kind.  `target` names the worker function, "module:function";
    `preload`: modules that its workers need as well, imported once for all where they are forked.
    """

    def __init__(self, target: str, slots: Mapping[Lane, int], preload: Sequence[str] = ()) -> None:
        os.environ.update(ENVIRONMENT)
        self.slots = {kind: slots.get(kind, 0) for kind in KINDS}
        self._target = target
        self._contexts = {kind: _context(kind, target, preload) for kind in KINDS}
        self._busy: list[Worker] = []
        self._idle: list[Worker] = []
        self._leaving: list[tuple[Worker, float]] = []
        self._change = threading.Condition()
        self._closed = False
        self._called: set[Lane] = set()  # rare ones that a job waits for
        self._rest_until = 0.0  # after a worker that died idle
        self._stillborn = dict.fromkeys(KINDS, 0)
        # Making the first worker waits for torch to be imported (seconds): not the loop's to wait.
        self._nursery = threading.Thread(target=self._raise_workers, daemon=True)
        self._nursery.start()

    def free(self, kind: Lane) -> bool:
        return self.slots[kind] > self._count(self._busy, kind)

    def take(self, kind: Lane) -> Worker | None:
        """A warm one; None while there is none yet."""
        with self._change:
            warm = next((w for w in self._idle if w.kind == kind and w.alive), None)
            if warm is not None:
                self._idle.remove(warm)
                self._busy.append(warm)
                self._called.discard(kind)
                self._change.notify()
            elif kind in RARE:
                self._called.add(kind)
                self._change.notify()
            return warm

    def give_back(self, worker: Worker) -> None:
        """It got no job after all."""
        with self._change:
            self._busy.remove(worker)
            self._idle.insert(0, worker)

    def release(self, worker: Worker) -> None:
        """The run is over, the slot is free; the worker has a second to leave."""
        with self._change:
            self._busy.remove(worker)
            self._leaving.append((worker, time.monotonic() + 1))
            self._change.notify()

    def wait(self, seconds: float) -> None:
        wait_for(self._busy, seconds)
        self._see_off()

    def close(self) -> None:
        with self._change:
            self._closed = True
            self._change.notify()
        end_family()

    def _see_off(self) -> None:
        now = time.monotonic()
        for worker, until in list(self._leaving):
            if not worker.alive:
                worker.pipe.close()
                self._leaving.remove((worker, until))
            elif now > until:
                worker.kill()
        if any(not worker.alive for worker in self._idle):
            with self._change:
                self._idle = [worker for worker in self._idle if worker.alive]
                self._rest_until = now + BREATH
                self._change.notify()

    def _raise_workers(self) -> None:
        """The nursery: keep one idle worker for every free slot, at most WARM of a kind."""
        while True:
            with self._change:
                while not self._closed and not self._wanted():
                    self._change.wait()
                if self._closed:
                    return
                kind = self._wanted()[0]
            time.sleep(max(0.0, self._rest_until - time.monotonic()))
            try:
                worker = Worker.born(self._contexts[kind], self._target, kind)
            except (OSError, EOFError):
                # A child that was killed while it was born, which another try mends; or the
                # forkserver dies of its preload each time: let a spawned worker say why.
                self._stillborn[kind] += 1
                if self._stillborn[kind] >= BIRTHS:
                    self._contexts[kind] = multiprocessing.get_context("spawn")
                self._rest_until = time.monotonic() + BREATH
            else:
                self._stillborn[kind] = 0
                with self._change:
                    self._idle.append(worker)

    def _wanted(self) -> list[Lane]:
        return [kind for kind in KINDS if self._count(self._idle, kind) < self._spare(kind)]

    def _spare(self, kind: Lane) -> int:
        """Idle workers to keep: one a free slot; one always where making one takes seconds, or
        where what comes is many and short; a rare one only when it is asked for."""
        free = self.slots[kind] - self._count(self._busy, kind)
        if kind in RARE:
            return int(kind in self._called and free > 0)
        slow = self._contexts[kind].get_start_method() == "spawn" or kind == "quick"
        return min(WARM, max(free, 1 if slow and self.slots[kind] else 0))

    def _count(self, workers: list[Worker], kind: Lane) -> int:
        return sum(worker.kind == kind for worker in workers)


def _context(kind: Lane, target: str, preload: Sequence[str]) -> Any:
    if sys.platform != "linux" or kind == "gpu":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    modules = [target.partition(":")[0], "tlcore.runs.executors.child", *preload]
    context.set_forkserver_preload(modules)
    return context
