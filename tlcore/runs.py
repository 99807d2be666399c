"""A run as the store tells it, the closed set of its statuses, and who goes next.

Standard library only.  Two people never write the same status: a run is born `queued`, and every
later status is written by the dispatcher (tlcore.dispatcher through tlcore.queue).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

Row = dict[str, Any]
Status = Literal["queued", "running", "finished", "diverged", "cancelled", "failed", "interrupted"]
How = Literal["queued", "joined", "recorded"]

# From each status to those that may follow.  running -> queued is the one retry after a kill.
LEGAL: dict[str, frozenset[str]] = {
    "queued": frozenset({"running", "cancelled", "failed", "interrupted"}),
    "running": frozenset({"finished", "diverged", "cancelled", "failed", "interrupted", "queued"}),
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
    spec: dict[str, Any]
    compute: dict[str, Any]
    hash: str
    status: str
    created: float
    started: float | None
    ended: float | None
    attempt: int  # 1, or 2 after a worker or dispatcher was killed
    error_key: str | None  # a text under `error.`
    error_values: dict[str, Any]
    place: int | None  # only while queued
    stopping: bool  # asked to stop, not ended yet
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
    status: str
    user: str
    created: float
    device: str
    attempt: int
    stopping: bool


T = TypeVar("T", bound=Ticket)


def in_order(waiting: Sequence[T]) -> list[T]:
    """Who goes next: first come, first served.  The one place to change for a fairer queue."""
    return sorted(waiting, key=lambda ticket: (ticket.created, ticket.id))
