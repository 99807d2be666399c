"""Where each waiting run stands: place and expected wait, read from the store at most 5 x a second.

A hundred open pages ask several times a second; the line is the same for all of them.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from tlcore.runs.fairness import UNKNOWN, in_order, remaining, waits
from tlcore.runs.run import ACTIVE, Lane, Ticket, slots
from tlcore.runs.store.database import Database
from tlcore.runs.store.soundness import LANES, Damaged
from tlcore.runs.store.tables import runs

FRESH = 0.2  # seconds that a computed line is good for
WINDOW = 600.0  # seconds: what a user had before that counts no more
_FIELDS: list[sa.ColumnElement[Any]] = [sa.literal_column("runs.rowid").label("number")] + [
    runs.c[field.name] for field in dataclasses.fields(Ticket) if field.name != "number"
]
_TICKETS = sa.select(*_FIELDS).where(runs.c.status.in_(sorted(ACTIVE)))
_LATELY = sa.select(runs.c.user, runs.c.lane, sa.func.sum(runs.c.used)).where(
    runs.c.ended > sa.bindparam("since")
)
_LATELY = _LATELY.group_by(runs.c.user, runs.c.lane)

Spent = dict[tuple[str, str], float]  # (user, lane) -> seconds on a slot


class Standing(NamedTuple):
    place: int | None  # 1: the next to start
    wait: float | None  # seconds, expected; None where there is no such slot


def tickets(connection: sa.Connection) -> list[Ticket]:
    """Every run that has not ended."""
    found = [Ticket(*record) for record in connection.execute(_TICKETS)]
    for ticket in found:
        if ticket.lane not in LANES or not isinstance(ticket.used, float | int):
            raise Damaged("runs")
    return found


def ended_lately(connection: sa.Connection) -> Spent:
    """What runs that ended within the window had of a slot."""
    found = connection.execute(_LATELY, {"since": time.time() - WINDOW})
    return {(user, lane): float(seconds) for user, lane, seconds in found}


def charged(lately: Spent, active: Iterable[Ticket], lane: Lane) -> dict[str, float]:
    """Slot seconds of each user in a lane, lately.  A run under way counts as its estimate at
    least, so two slots that get free at once do not go to one person while another waits."""
    used = {user: seconds for (user, of), seconds in lately.items() if of == lane}
    for ticket in active:
        if ticket.lane == lane and not _long_rested(ticket):
            spent = _spent(ticket)
            if ticket.status == "running":
                spent = max(spent, UNKNOWN if ticket.estimate is None else ticket.estimate)
            used[ticket.user] = used.get(ticket.user, 0.0) + spent
    return used


def goes_on(ticket: Ticket) -> bool:
    """Whether a queued run is to start: nobody has asked it to stop or to rest."""
    return ticket.status == "queued" and not ticket.stop and not ticket.pause


def standings(lately: Spent, active: Sequence[Ticket]) -> dict[str, Standing]:
    sizes = slots()
    found: dict[str, Standing] = {}
    for lane, size in sizes.items():
        here = [ticket for ticket in active if ticket.lane == lane]
        line = in_order([t for t in here if goes_on(t)], charged(lately, here, lane))
        busy = [remaining(t, _spent(t)) for t in here if t.status == "running"]
        wait = waits(line, busy, size)
        for place, ticket in enumerate(line, start=1):
            found[ticket.id] = Standing(place, wait.get(ticket.id))
    return found


class Line:
    """The standings of one store, for every thread of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = threading.Lock()
        self._made = -FRESH
        self._found: dict[str, Standing] = {}

    def of(self, run_id: str) -> Standing | None:
        """Asked for a queued run; one that a moment-old line lacks is looked for in a new one."""
        with self._turn:
            if time.monotonic() - self._made >= FRESH or run_id not in self._found:
                lately, active = self._database.read(lambda c: (ended_lately(c), tickets(c)))
                self._found = standings(lately, active)
                self._made = time.monotonic()
            return self._found.get(run_id)

    def forget(self) -> None:
        """This process has changed it."""
        self._made = -FRESH


def _long_rested(ticket: Ticket) -> bool:
    """Whether what a paused run had of a slot is out of the window."""
    return ticket.status == "paused" and (
        ticket.started is None or time.time() - ticket.started > WINDOW + ticket.used
    )


def _spent(ticket: Ticket) -> float:
    """Seconds on a slot so far; a clock that jumps is no reason to charge for a day."""
    if ticket.status != "running" or ticket.started is None:
        return ticket.used
    return ticket.used + min(max(0.0, time.time() - ticket.started), WINDOW)
