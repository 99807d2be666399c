"""A run as the store tells it, and the closed set of its statuses.

Two people never write the same status: a run is born `queued`, and every
later status is written by the dispatcher (tlcore.runs.dispatcher through tlcore.runs.queue).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from tlcore.ground import machine

Row = dict[str, Any]
Status = Literal[
    "queued", "running", "paused", "finished", "diverged", "cancelled", "failed", "interrupted"
]
# Kinds of slots; quick: what nobody should wait for; fetch: what waits for the network.
Lane = Literal["cpu", "gpu", "quick", "fetch"]
How = Literal["queued", "joined", "recorded"]

# From each status to those that may follow.  running -> queued: the one retry after a kill, or the
# slot was taken for a run that goes first.
LEGAL: dict[str, frozenset[str]] = {
    "queued": frozenset({"running", "paused", "cancelled", "failed", "interrupted"}),
    "running": frozenset(
        {"finished", "diverged", "cancelled", "failed", "interrupted", "queued", "paused"}
    ),
    "paused": frozenset({"queued", "cancelled"}),
    "finished": frozenset(),
    "diverged": frozenset(),
    "cancelled": frozenset(),
    "failed": frozenset(),
    "interrupted": frozenset(),
}
ACTIVE = frozenset(status for status, after in LEGAL.items() if after)
ENDED = frozenset(LEGAL) - ACTIVE
PER_PICTURE = ("truth", "predictions", "confidence")  # the long lists of a result
LAST_DEATH = 2  # a run whose worker was killed is tried once more, then it is `interrupted`


def slots() -> dict[Lane, int]:
    """Runs at once in each lane; one more for what nobody should wait for."""
    return {"cpu": machine.cpu_slots(), "gpu": machine.gpu_slots(), "quick": 1, "fetch": 1}


@dataclass(frozen=True)
class Run:
    """One run.  Times are unix seconds; `place` is 1 for the run that starts next."""

    id: str
    kind: str
    of: str | None  # the run that this one looks at
    user: str  # who began it; never told to a browser
    spec: dict[str, Any]
    compute: dict[str, Any]
    hash: str
    status: str
    priority: int  # 1: the teacher's, goes first
    created: float
    started: float | None
    ended: float | None
    attempt: int  # rises whenever the run starts anew, after a worker or dispatcher was killed
    error_key: str | None  # a text under `error.`
    error_values: dict[str, Any]
    estimate: float | None  # seconds on a slot, as told before the start
    place: int | None  # only while queued
    wait: float | None  # seconds until it starts, expected; only while queued
    stopping: bool  # asked to stop, not ended yet
    pausing: bool  # asked to pause, not paused yet
    result: dict[str, Any] | None

    @property
    def active(self) -> bool:
        return self.status in ACTIVE


@dataclass(frozen=True)
class Submission:
    """`how`: a new run, one that is under way, or one that has ended and can be replayed."""

    run_id: str
    how: How


@dataclass(frozen=True)
class Ticket:
    """What the dispatcher needs to know of a run that has not ended."""

    number: int  # rises with each run: who came first, whatever the clock did since
    id: str
    kind: str
    status: str
    user: str
    started: float | None
    lane: Lane
    attempt: int
    priority: int
    estimate: float | None
    used: float  # seconds on a slot in stretches that are over
    stop: bool  # wanted, as `pause` is
    pause: bool


@dataclass(frozen=True)
class Busy:
    """What the room is doing: numbers of runs, and of the people they belong to."""

    running: int
    waiting: int
    paused: int
    users: int


@dataclass(frozen=True)
class Notice:
    """A damaged or missing store was replaced.  `file` holds what was put aside, if anything."""

    file: str | None
    kept: int  # runs
    lost: int  # runs known to have been there
    when: float


def brief_of(result: Row) -> Row:
    """A result without its lists of one entry per test picture."""
    return {name: value for name, value in result.items() if name not in PER_PICTURE}
