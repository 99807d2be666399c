"""One run on a worker: watched until it ends, asked to stop or to rest, killed when it must be.

Seconds are of the monotonic clock; what a run had of its slot is counted with it, so a wall clock
that jumps costs nobody a run or a place.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tlcore.ground import log
from tlcore.runs import registry
from tlcore.runs.executors.contract import Ending, Taken
from tlcore.runs.fairness import remaining
from tlcore.runs.queue import Queue
from tlcore.runs.run import Run, Status, Ticket

PAUSE_PATIENCE = 30.0  # a pause may wait for an epoch's cache; after that it counts as refused
RESULTS = ("finished", "diverged")  # an ending with a result
WORTH_TAKING = 2.0  # seconds; a run that ends sooner than this is let end


@dataclass(frozen=True)
class Limits:
    """Bounds of a run and of the dispatcher's own life, in seconds and MB."""

    memory_mb: float = 4096
    run_seconds: float = 3600
    idle_seconds: float = 600  # without a client or a run, then it ends
    cancelled_after: float = 0.2  # a stopping run is told cancelled, whatever its worker does
    terminate_after: float = 1.0  # its worker is asked by signal
    kill_after: float = 2.0  # and forced: the slot is free within 5 s
    runs_mb: float = 4096  # of weights, states and exports beside the store

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Limits:
        """TL_WORKER_MEMORY_MB, TL_RUN_SECONDS, TL_IDLE_SECONDS and TL_RUNS_MB over the defaults."""
        names = {
            "memory_mb": "TL_WORKER_MEMORY_MB",
            "run_seconds": "TL_RUN_SECONDS",
            "idle_seconds": "TL_IDLE_SECONDS",
            "runs_mb": "TL_RUNS_MB",
        }
        given = {}
        for limit, name in names.items():
            with contextlib.suppress(KeyError, ValueError):
                given[limit] = float(environment[name])
        return cls(**given)


@dataclass(frozen=True)
class Verdict:
    """How a run ends, or that it rests with its state saved."""

    status: Status
    error_key: str | None = None
    error_values: dict[str, Any] | None = None
    rests: bool = False


@dataclass
class Active:
    """A run on a worker."""

    run: Run
    ticket: Ticket
    worker: Taken
    began: float
    asked: float | None = None  # when its worker was told to stop
    resting: float | None = None  # when its worker was told to pause
    taken: bool = False  # its slot is wanted for a run that goes first
    verdict: Verdict | None = None
    told: bool = False  # the verdict is in the store, or the run is no longer there
    looked: float = 0.0  # when its memory was last read

    def takeable(self, now: float) -> bool:
        """Whether it may make room: a student's run that can, and that will go on for a while."""
        spent = self.ticket.used + now - self.began
        return (
            self.ticket.priority == 0
            and self.ticket.kind in registry.kinds_that("rests")
            and self.asked is None
            and self.resting is None
            and self.verdict is None
            and remaining(self.ticket, spent) > WORTH_TAKING
        )

    def being_taken(self, now: float) -> bool:
        """Asked to make room, and may still answer."""
        return self.taken and (self.resting is None or now - self.resting < PAUSE_PATIENCE)


class Supervisor:
    """Looks after each active run once a tick."""

    def __init__(self, data_dir: Path, queue: Queue, limits: Limits) -> None:
        self.data_dir = data_dir
        self.queue = queue
        self.limits = limits

    def look_after(self, active: Active, ticket: Ticket | None, now: float) -> bool:
        """Whether the run is off its worker now.  `ticket`: what the store says of it."""
        worker = active.worker
        alive = worker.alive  # before its last words are read: a dead one says nothing more
        ending = worker.ending()
        if not active.told and not _same(active, ticket):
            active.told = True  # removed, or the store was replaced by what could be read of it
            worker.kill()
        if ending is not None and active.verdict is None:
            active.verdict = _verdict(ending)
        if active.asked is None and ticket is not None and not active.told:
            self._see_to_wishes(active, ticket, now)
        if active.asked is not None and ending is None:
            self._insist(active, now)
        over = ending is not None or not alive
        patient = active.asked is not None and now - active.asked <= self.limits.cancelled_after
        if active.verdict and not active.told and (over or not patient):
            self._tell(active, ticket, active.verdict, now)
        if over and not active.told:
            saved = active.resting is not None and self._state(active).exists()
            spent = now - active.began
            status = self.queue.lost(active.run.id, spent=spent, saved=saved)
            log.write(self.data_dir, "worker", f"run {active.run.id}: killed, now {status}")
        return over

    def conclude(self, active: Active, now: float) -> None:
        """The dispatcher ends: what has not ended by now is `interrupted`."""
        if active.told:
            return
        run = self.queue.store.run(active.run.id)
        kept = Verdict(run.result["status"]) if run is not None and run.result else None
        verdict = active.verdict or kept or Verdict("interrupted")
        self._tell(active, active.ticket, verdict, now)

    def _see_to_wishes(self, active: Active, ticket: Ticket, now: float) -> None:
        if ticket.stop:
            if active.verdict is None or active.verdict.rests:
                active.verdict = Verdict("cancelled")
            active.asked = now
            active.worker.tell("stop")
        elif active.verdict is None:
            self._check_limits(active, now)
            if active.resting is None and (ticket.pause or active.taken):
                active.resting = now  # never forced: what is not saved would be lost
                active.worker.tell("pause")

    def _insist(self, active: Active, now: float) -> None:
        assert active.asked is not None
        waited = now - active.asked
        if waited > self.limits.kill_after:
            active.worker.kill()
        elif waited > self.limits.terminate_after:
            active.worker.terminate()

    def _check_limits(self, active: Active, now: float) -> None:
        limits = self.limits
        if now - active.began > limits.run_seconds:
            values = {"seconds": round(limits.run_seconds)}
            active.verdict = Verdict("failed", "run.too_long", values)
            active.asked = now
            active.worker.tell("stop")
        elif now - active.looked > 0.1:
            active.looked = now
            used = active.worker.memory_mb()
            if used > limits.memory_mb:
                values = {"used_mb": round(used), "limit_mb": round(limits.memory_mb)}
                active.verdict = Verdict("failed", "run.memory", values)
                active.asked = now
                active.worker.kill()  # at once: the next second may take the machine down

    def _tell(self, active: Active, ticket: Ticket | None, verdict: Verdict, now: float) -> None:
        spent = now - active.began
        try:
            if verdict.rests:
                wanted: Status = "paused" if ticket is not None and ticket.pause else "queued"
                self.queue.rest(active.run.id, wanted, spent)
            elif verdict.status in RESULTS and not self.queue.has_result(active.run.id):
                status = self.queue.lost(active.run.id, spent=spent)
                log.write(self.data_dir, "worker", f"run {active.run.id}: no result, now {status}")
            else:
                told = verdict.status, verdict.error_key, verdict.error_values
                self.queue.end(active.run.id, *told, spent=spent)
        except LookupError as error:  # the store was removed or set aside while it ran
            log.write(self.data_dir, "worker", str(error))
        active.told = True

    def _state(self, active: Active) -> Path:
        folder = self.queue.store.folder(active.run.id)
        return folder / f"state-{active.run.attempt}.safetensors"


def _same(active: Active, ticket: Ticket | None) -> bool:
    """Whether the store still means this attempt when it says that the run is running."""
    return (
        ticket is not None and ticket.status == "running" and ticket.attempt == active.run.attempt
    )


def _verdict(ending: Ending) -> Verdict:
    if ending["ending"] == "paused":
        return Verdict("paused", rests=True)
    status = "cancelled" if ending["ending"] == "stopped" else ending["ending"]
    return Verdict(cast(Status, status), ending.get("error_key"), ending.get("error_values"))
