"""The dispatcher's loop: gives waiting runs to workers, hears how they end, stops and retries.

It is the only writer of a run's status after `queued`, one for each store (a file lock), and has no
torch.  What it must not forget, it keeps in the store: killed and started again, it takes up the
runs of the one before.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import filelock
import psutil

from tlcore import log, machine
from tlcore.dispatch import CLIENT_YOUNG, LOCK, PID
from tlcore.errors import UserError
from tlcore.executors.child import Ending
from tlcore.executors.local import LocalExecutor, Worker
from tlcore.fairness import in_order
from tlcore.queue import Queue
from tlcore.runs import Lane, Run, Status, Ticket
from tlcore.store import Store

WORK = "tlcore.worker:work"
TICK = 0.02  # seconds, while there are runs
IDLE_TICK = 0.04


@dataclass(frozen=True)
class Limits:
    """Bounds of a run and of the dispatcher's own life, in seconds and MB."""

    memory_mb: float = 4096
    run_seconds: float = 3600
    idle_seconds: float = 600  # without a client or a run, then it ends
    cancelled_after: float = 0.2  # a stopping run is told cancelled, whatever its worker does
    terminate_after: float = 1.0  # its worker is asked by signal
    kill_after: float = 2.0  # and forced: the slot is free within 5 s

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Limits:
        """TL_WORKER_MEMORY_MB, TL_RUN_SECONDS and TL_IDLE_SECONDS over the defaults."""
        names = {
            "memory_mb": "TL_WORKER_MEMORY_MB",
            "run_seconds": "TL_RUN_SECONDS",
            "idle_seconds": "TL_IDLE_SECONDS",
        }
        given = {}
        for limit, name in names.items():
            with contextlib.suppress(KeyError, ValueError):
                given[limit] = float(environment[name])
        return cls(**given)


Verdict = tuple[Status, str | None, dict[str, Any] | None]  # status, error key, error values


@dataclass
class Active:
    """A run on a worker."""

    run: Run
    worker: Worker
    began: float
    asked: float | None = None  # when its worker was told to stop
    verdict: Verdict | None = None
    told: bool = False  # the verdict is in the store
    looked: float = 0.0  # when its memory was last read


class Dispatcher:
    """One `tick` does what there is to do; `serve` ticks until asked to end."""

    def __init__(self, data_dir: Path, executor: LocalExecutor, limits: Limits) -> None:
        self.data_dir = data_dir
        self.store = Store(data_dir / "store.db", busy_seconds=1.0)
        self.queue = Queue(self.store)
        self.executor = executor
        self.limits = limits
        self.ending = False
        self._active: dict[str, Active] = {}
        self._tickets: dict[str, Ticket] = {}
        self._wanted = time.monotonic()  # when there last was a client or a run
        self._asked_clients = 0.0
        self._complained = -60.0
        self._looked_around = time.monotonic()

    def serve(self) -> None:
        with self._patience():
            self.queue.take_order("end")  # meant for the one before
        while not self.ending:
            self.tick()
            if time.monotonic() - self._looked_around > 0.5:
                self._looked_around = time.monotonic()
                self.ending = self.ending or _deposed(self.data_dir)
            self.executor.wait(TICK if self._tickets else IDLE_TICK)
        self.close()

    def tick(self) -> None:
        with self._patience():
            self._tickets = {ticket.id: ticket for ticket in self.queue.tickets()}
        for active in list(self._active.values()):
            with self._patience():
                self._look_after(active, self._tickets.get(active.run.id), time.monotonic())
        with self._patience():
            self._look_at_the_waiting()
            self._look_for_clients(time.monotonic())

    def close(self) -> None:
        """End every process; the runs that were under way are `interrupted`."""
        self.executor.close()
        for active in self._active.values():
            with self._patience():
                if not active.told:
                    self._tell(active, active.verdict or ("interrupted", None, None))
        self.store.close()

    def _look_after(self, active: Active, ticket: Ticket | None, now: float) -> None:
        """One run that is on a worker."""
        worker = active.worker
        alive = worker.alive  # before its last words are read: a dead one says nothing more
        ending = worker.ending()
        if ending is not None and active.verdict is None:
            active.verdict = _verdict(ending)
        if active.asked is None:
            if ticket is None or ticket.stop:  # None: the store was removed under it
                active.verdict = active.verdict or ("cancelled", None, None)
                self._ask_to_stop(active, now)
            elif active.verdict is None:
                self._check_limits(active, now)
        if active.asked is not None and ending is None:
            waited = now - active.asked
            if waited > self.limits.kill_after:
                worker.kill()
            elif waited > self.limits.terminate_after:
                worker.terminate()
        over = ending is not None or not alive
        patient = active.asked is not None and now - active.asked <= self.limits.cancelled_after
        if active.verdict and not active.told and (over or not patient):
            self._tell(active, active.verdict)
        if over:
            if not active.told:
                status = self.queue.lost(active.run.id)
                log.write(self.data_dir, "worker", f"run {active.run.id}: killed, now {status}")
            self.executor.release(worker)
            del self._active[active.run.id]

    def _check_limits(self, active: Active, now: float) -> None:
        limits = self.limits
        if now - active.began > limits.run_seconds:
            active.verdict = ("failed", "run.too_long", {"seconds": round(limits.run_seconds)})
            self._ask_to_stop(active, now)
        elif now - active.looked > 0.1:
            active.looked = now
            used = active.worker.memory_mb()
            if used > limits.memory_mb:
                values = {"used_mb": round(used), "limit_mb": round(limits.memory_mb)}
                active.verdict = ("failed", "run.memory", values)
                active.asked = now
                active.worker.kill()  # at once: the next second may take the machine down

    def _ask_to_stop(self, active: Active, now: float) -> None:
        active.asked = now
        active.worker.tell("stop")

    def _tell(self, active: Active, verdict: Verdict) -> None:
        try:
            self.queue.end(active.run.id, *verdict)
        except LookupError as error:  # the store was removed or set aside while it ran
            log.write(self.data_dir, "worker", str(error))
        active.told = True

    def _look_at_the_waiting(self) -> None:
        """Start who is next; see to those that stop before they start, or that were orphaned."""
        waiting = []
        for ticket in self._tickets.values():
            if ticket.id in self._active:
                continue
            if ticket.status == "running":  # of a dispatcher that was killed
                self.queue.lost(ticket.id)
            elif ticket.stop:
                self.queue.end(ticket.id, "cancelled")
            elif self.executor.slots[ticket.lane] == 0:
                self.queue.end(ticket.id, "failed", "device.no_cuda", {})
            else:
                waiting.append(ticket)
        for ticket in in_order(waiting, {}):
            if self.executor.free(ticket.lane):
                self._start(ticket)

    def _start(self, ticket: Ticket) -> None:
        worker = self.executor.take(ticket.lane)
        if worker is None:
            return
        try:
            run = self.queue.start(ticket.id)
        except (UserError, LookupError):
            self.executor.give_back(worker)
            raise
        worker.tell(
            {
                "run_id": run.id,
                "attempt": run.attempt,
                "kind": run.kind,
                "spec": run.spec,
                "compute": run.compute,
                "hash": run.hash,
                "user": run.user,
                "created": run.created,
                "started": run.started,
                "data_dir": str(self.data_dir),
                "store": str(self.store.path),
            }
        )
        self._active[run.id] = Active(run, worker, time.monotonic())

    def _look_for_clients(self, now: float) -> None:
        if self._tickets:
            self._wanted = now
        if now - self._asked_clients < 0.25:
            return
        self._asked_clients = now
        if self.queue.take_order("end"):
            self.ending = True
        if any(psutil.pid_exists(pid) for pid in self.queue.clients(CLIENT_YOUNG).values()):
            self._wanted = now
        if now - self._wanted > self.limits.idle_seconds:
            self.ending = True

    @contextlib.contextmanager
    def _patience(self) -> Iterator[None]:
        """A store that cannot be used for a while stops nothing: the next tick tries again."""
        try:
            yield
        except (UserError, LookupError) as error:
            if time.monotonic() - self._complained > 10:
                self._complained = time.monotonic()
                log.write(self.data_dir, "dispatcher", f"{error}")


def main(data_dir: Path, work: str | None = None) -> int:
    """Serve `data_dir` until asked to end; 0 at once when another dispatcher does."""
    Store(data_dir / "store.db").run("")  # makes the folder
    lock = filelock.FileLock(data_dir / LOCK)
    try:
        lock.acquire(timeout=1)  # whoever asks whether one is alive holds it for a moment
    except filelock.Timeout:
        return 0
    (data_dir / PID).write_text(str(os.getpid()))
    slots: dict[Lane, int] = machine.slots()
    executor = LocalExecutor(work or os.environ.get("TL_WORKER", WORK), slots)
    dispatcher = Dispatcher(data_dir, executor, Limits.from_environment())

    def end(*_: object) -> None:
        dispatcher.ending = True

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    try:
        dispatcher.serve()
    finally:
        executor.close()
        lock.release()
    return 0


def _deposed(data_dir: Path) -> bool:
    """Whether the data folder was removed under this dispatcher: the lock it holds is then on a
    file that is gone, and a second dispatcher may be serving a new folder at the same place."""
    try:
        return (data_dir / PID).read_text() != str(os.getpid())
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _verdict(ending: Ending) -> Verdict:
    status = "cancelled" if ending["ending"] == "stopped" else ending["ending"]
    return cast(Status, status), ending.get("error_key"), ending.get("error_values")
