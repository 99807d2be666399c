"""A run as the store tells it, the closed set of its statuses, and who goes next.

Standard library only.  Two people never write the same status: a run is born `queued`, and every
later status is written by the dispatcher (tlcore.dispatcher through tlcore.queue).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

Row = dict[str, Any]
Status = Literal[
    "queued", "running", "paused", "finished", "diverged", "cancelled", "failed", "interrupted"
]
Lane = Literal["cpu", "gpu", "quick"]  # kinds of slots; quick: what nobody should wait for
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
LAST_ATTEMPT = 2  # a killed run is tried once more, then it is `interrupted`


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

    id: str
    kind: str
    status: str
    user: str
    created: float
    started: float | None
    lane: str
    attempt: int
    priority: int
    estimate: float | None
    stop: bool  # wanted, as `pause` is
    pause: bool

    @property
    def stopping(self) -> bool:
        return self.stop


T = TypeVar("T", bound=Ticket)


def in_order(waiting: Sequence[T]) -> list[T]:
    """Who goes next: first come, first served.  The one place to change for a fairer queue."""
    return sorted(waiting, key=lambda ticket: (ticket.created, ticket.id))
