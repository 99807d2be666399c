"""Runs jobs in processes of this machine, on warm workers: idle children with torch imported.

A worker does one run and is replaced, so that no run meets what another left behind (a poisoned
CUDA context, a fragmented heap).  On Linux a forkserver with torch preloaded makes one in 31 ms
instead of 4.9 s; on a GPU, and on other systems, they are spawned.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from typing import Any

import psutil

from tlcore.executors import child
from tlcore.executors.child import Ending, Job
from tlcore.runs import Lane

Kind = Lane  # of slots
KINDS: tuple[Kind, ...] = ("cpu", "gpu", "quick", "fetch")
RARE: frozenset[Kind] = frozenset({"fetch"})  # a download does not mind 31 ms, or 5 s once
WARM = 4  # idle workers of one kind at most: each holds memory
BREATH = 0.5  # seconds between new workers where the last one died idle
BIRTHS = 3  # that fail one after the other before workers of that kind are spawned, not forked

# Read by OpenMP, MKL and cuBLAS when torch is imported.  Waiting threads that spin cost 12x.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # cuBLAS gives the same sums each time
    "HF_HUB_OFFLINE": "1",
}


class Worker:
    """One child process and the dispatcher's end of its pipe."""

    def __init__(self, kind: Kind, process: BaseProcess, pipe: connection.Connection) -> None:
        self.kind = kind
        self.process = process
        self.pipe = pipe

    @property
    def alive(self) -> bool:
        return self.process.is_alive()

    def ending(self) -> Ending | None:
        """How the job ended, once the worker has said so."""
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


class LocalExecutor:
    """`slots` runs at once of each kind.  `target` names the worker function, "module:function";
    `preload`: modules that its workers need as well, imported once for all where they are forked.
    """

    def __init__(self, target: str, slots: Mapping[Kind, int], preload: Sequence[str] = ()) -> None:
        os.environ.update(ENVIRONMENT)
        self.slots = {kind: slots.get(kind, 0) for kind in KINDS}
        self._target = target
        self._contexts = {kind: _context(kind, target, preload) for kind in KINDS}
        self._busy: list[Worker] = []
        self._idle: list[Worker] = []
        self._leaving: list[tuple[Worker, float]] = []
        self._change = threading.Condition()
        self._closed = False
        self._called: set[Kind] = set()  # rare ones that a job waits for
        self._rest_until = 0.0  # after a worker that died idle
        self._stillborn = dict.fromkeys(KINDS, 0)
        # Making the first worker waits for torch to be imported (seconds): not the loop's to wait.
        self._nursery = threading.Thread(target=self._raise_workers, daemon=True)
        self._nursery.start()

    def free(self, kind: Kind) -> bool:
        return self.slots[kind] > self._count(self._busy, kind)

    def take(self, kind: Kind) -> Worker | None:
        """A warm worker to give a job to (`tell`); None while there is none yet."""
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
        """Until a busy worker says something or dies, at most `seconds`."""
        pipes = [worker.pipe for worker in self._busy]
        if pipes:
            connection.wait(pipes, timeout=seconds)
        else:
            time.sleep(seconds)
        self._see_off()

    def close(self) -> None:
        """End every process under this one, the forkserver too."""
        with self._change:
            self._closed = True
            self._change.notify()
        # Killed outright: what they had to say is in the store, and nobody waits for the rest.
        family = psutil.Process().children(recursive=True)
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        until = time.monotonic() + 2
        while any(map(_runs, family)) and time.monotonic() < until:
            time.sleep(0.005)

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
            ours, theirs = multiprocessing.Pipe()
            process = self._contexts[kind].Process(
                target=child.serve, args=(theirs, self._target, kind), daemon=True
            )
            try:
                process.start()
            except (OSError, EOFError):
                # A child that was killed while it was born, which another try mends; or the
                # forkserver dies of its preload each time: let a spawned worker say why.
                self._stillborn[kind] += 1
                if self._stillborn[kind] >= BIRTHS:
                    self._contexts[kind] = multiprocessing.get_context("spawn")
                self._rest_until = time.monotonic() + BREATH
                ours.close()
            else:
                self._stillborn[kind] = 0
                with self._change:
                    self._idle.append(Worker(kind, process, ours))
            theirs.close()

    def _wanted(self) -> list[Kind]:
        return [kind for kind in KINDS if self._count(self._idle, kind) < self._spare(kind)]

    def _spare(self, kind: Kind) -> int:
        """Idle workers to keep: one a free slot; one always where making one takes seconds, or
        where what comes is many and short; a rare one only when it is asked for."""
        free = self.slots[kind] - self._count(self._busy, kind)
        if kind in RARE:
            return int(kind in self._called and free > 0)
        slow = self._contexts[kind].get_start_method() == "spawn" or kind == "quick"
        return min(WARM, max(free, 1 if slow and self.slots[kind] else 0))

    def _count(self, workers: list[Worker], kind: Kind) -> int:
        return sum(worker.kind == kind for worker in workers)


def _context(kind: Kind, target: str, preload: Sequence[str]) -> Any:
    if sys.platform != "linux" or kind == "gpu":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    modules = [target.partition(":")[0], "tlcore.executors.child", *preload]
    context.set_forkserver_preload(modules)
    return context


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
