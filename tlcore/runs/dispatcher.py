"""The dispatcher's loop: gives waiting runs to workers, hears how they end, stops and retries.

It is the only writer of a run's status after `queued`, one for each store (a file lock), and has no
torch.  What it must not forget, it keeps in the store: killed and started again, it takes up the
runs of the one before.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import filelock
import psutil

from tlcore.ground import log
from tlcore.ground.errors import UserError
from tlcore.runs import holder, registry
from tlcore.runs.dispatch import CLIENT_YOUNG
from tlcore.runs.executors import choice
from tlcore.runs.executors.contract import Executor, Taken
from tlcore.runs.fairness import in_order
from tlcore.runs.housekeeping import Housekeeper
from tlcore.runs.queue import Queue
from tlcore.runs.recovery.recovery import Identity, identity
from tlcore.runs.run import Lane, Ticket, slots
from tlcore.runs.store import line
from tlcore.runs.store.store import Store
from tlcore.runs.supervision import Active, Limits, Supervisor

WORK = "tlcore.runs.worker:work"
TICK = 0.02  # seconds, while there are runs
IDLE_TICK = 0.04


class Dispatcher:
    """One `tick` does what there is to do; `serve` ticks until asked to end."""

    def __init__(
        self, data_dir: Path, executor: Executor[Any], limits: Limits, held: Identity = None
    ) -> None:
        """`held`: the lock file that makes this the one dispatcher of its folder."""
        self.data_dir = data_dir
        self._held = held
        self.store = Store(data_dir / "store.db", busy_seconds=1.0)
        self.queue = Queue(self.store)
        self.executor = executor
        self.limits = limits
        self.ending = False
        self._supervisor = Supervisor(data_dir, self.queue, limits)
        self._housekeeper = Housekeeper(self.store, limits.runs_mb)
        self._active: dict[str, Active] = {}
        self._tickets: dict[str, Ticket] = {}
        self._wanted = time.monotonic()  # when there last was a client or a run
        self._asked_clients = 0.0
        self._complained = -60.0
        self._looked_around = time.monotonic()

    def serve(self, asked_to_end: Callable[[], bool]) -> None:
        with self._patience():
            self.queue.take_order("end")  # meant for the one before
        while not self.ending and not asked_to_end():
            self.tick()
            if time.monotonic() - self._looked_around > 0.5:
                self._looked_around = time.monotonic()
                self.ending = self.ending or self._deposed()
            self.executor.wait(TICK if self._moving() else IDLE_TICK)
        self.close()

    def tick(self) -> None:
        with self._patience():
            self._tickets = {ticket.id: ticket for ticket in self.queue.tickets()}
        for active in list(self._active.values()):
            with self._patience():
                ticket = self._tickets.get(active.run.id)
                if self._supervisor.look_after(active, ticket, time.monotonic()):
                    self.executor.release(active.worker)
                    del self._active[active.run.id]
        with self._patience():
            self._look_at_the_waiting()
        with self._patience():
            self._look_for_clients(time.monotonic())
        with self._patience():
            self._housekeeper.look(time.monotonic())

    def close(self) -> None:
        """End every process; the runs that were under way are `interrupted`."""
        self.executor.close()
        for active in self._active.values():
            with self._patience():
                self._supervisor.conclude(active, time.monotonic())
        self.store.close()

    def _look_at_the_waiting(self) -> None:
        """Start who is next; see to those that stop or rest before they start, or were orphaned."""
        waiting: dict[Lane, list[Ticket]] = {}
        for ticket in self._tickets.values():
            if ticket.id in self._active:
                continue
            if ticket.status == "running":  # of a dispatcher that was killed
                self.queue.lost(ticket.id, died=False)
            elif ticket.stop:
                self.queue.end(ticket.id, "cancelled")
            elif ticket.pause != (ticket.status == "paused"):
                self.queue.rest(ticket.id, "paused" if ticket.pause else "queued")
            elif ticket.status == "paused":
                continue
            elif self.executor.slots[ticket.lane] == 0:
                self.queue.end(ticket.id, "failed", "device.no_cuda", {})
            else:
                waiting.setdefault(ticket.lane, []).append(ticket)
        for lane, tickets in waiting.items():
            if self.executor.free(lane):
                lately = self.store.database.read(line.ended_lately)
                used = line.charged(lately, self._tickets.values(), lane)
                for ticket in in_order(tickets, used):
                    if self.executor.free(lane):
                        self._start(ticket)
            elif any(ticket.priority for ticket in tickets):
                self._make_room(lane, time.monotonic())

    def _make_room(self, lane: Lane, now: float) -> None:
        """The teacher's run takes the slot of whoever has had one longest, one at a time."""
        here = [active for active in self._active.values() if active.ticket.lane == lane]
        if any(active.being_taken(now) for active in here):
            return
        takeable = [active for active in here if active.takeable(now)]
        if takeable:
            max(takeable, key=lambda active: active.ticket.used + now - active.began).taken = True

    def _start(self, ticket: Ticket) -> None:
        worker: Taken | None = self.executor.take(ticket.lane)
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
        started = dataclasses.replace(
            ticket, status="running", started=run.started, attempt=run.attempt
        )
        self._tickets[run.id] = started
        self._active[run.id] = Active(run, started, worker, time.monotonic())

    def _moving(self) -> bool:
        """Whether there is a run that does not rest."""
        return any(ticket.status != "paused" for ticket in self._tickets.values())

    def _look_for_clients(self, now: float) -> None:
        if self._moving():
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

    def _deposed(self) -> bool:
        """Whether the data folder was removed under this dispatcher: the lock it holds is then on a
        file that is gone, and a second dispatcher may be serving a new folder at the same place.
        """
        return self._held is not None and identity(self.data_dir / holder.LOCK) != self._held

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
    """Serve `data_dir` until asked to end; 0 at once when another dispatcher does.  Raises
    UserError "run.no_such_executor"."""
    make = choice.named(os.environ)
    Store(data_dir / "store.db").run("")  # makes the folder
    lock = filelock.FileLock(data_dir / holder.LOCK)
    try:
        lock.acquire(timeout=1)  # whoever asks whether one is alive holds it for a moment
    except filelock.Timeout:
        return 0
    held: Identity = None
    with contextlib.suppress(FileNotFoundError):
        holder.sign(data_dir)
        held = identity(data_dir / holder.LOCK)
    if held is None:  # the folder, or all in it, was removed in this moment: nothing to serve
        lock.release()
        return 0
    ended: list[int] = []  # by signals, which may come before there is anything else to tell
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: ended.append(number))
    target = work or os.environ.get("TL_WORKER", WORK)
    executor = make(target, slots(), registry.warm() if target == WORK else ())
    try:
        Dispatcher(data_dir, executor, Limits.from_environment(), held).serve(lambda: bool(ended))
    finally:
        executor.close()
        lock.release()
    return 0
