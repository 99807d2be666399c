"""Asking for runs: one for however many clicks, all of them or none, and not too many at once."""

from __future__ import annotations

import dataclasses
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from tlcore.ground import bounds
from tlcore.ground.errors import UserError
from tlcore.runs import registry
from tlcore.runs.record import Record
from tlcore.runs.run import ACTIVE, Submission
from tlcore.runs.store.tables import runs, watchers

if TYPE_CHECKING:
    from tlcore.runs.spec import Resolved

QUICK_WAITING = 12  # of one user that may wait: explanations, exports, looks at data, downloads
PROFILE = "profile"  # the user for whom the app measures the machine


@dataclass(frozen=True)
class Order:
    """A run that is asked for; `estimate` is its seconds on a slot, where that is known."""

    resolved: Resolved
    estimate: float | None = None


@dataclass(frozen=True)
class Customer:
    """Who asks, what goes first, and how many of theirs may wait."""

    user: str
    priority: int
    waiting: int = 0


def place(
    connection: sa.Connection,
    orders: Sequence[Order],
    customer: Customer,
    fresh: bool,
    replayable: Callable[[Any], bool],
) -> tuple[list[Submission], list[Record]]:
    """Within one transaction: find or make a run for each order.  Raises "queue.full".

    The records are of what was made; the caller keeps them on disk, after the transaction.
    `replayable(record)` tells whether what an ended run made is still there.
    """
    now = time.time()
    told = []
    made = []
    for order in orders:
        known = None if fresh else _known(connection, order.resolved.hash, customer, replayable)
        if known is None:
            known = Submission(secrets.token_hex(16), "queued")
            values = {"id": known.run_id} | _values(order, customer, now)
            connection.execute(insert(runs).values(**values))
            made.append(values)
        watch(connection, known.run_id, customer.user)
        told.append(known)
    if made:
        _refuse_too_many(connection, orders, customer)
    return told, [
        _record(values) for values in made if values["kind"] in registry.kinds_that("listed")
    ]


def clicked_twice(connection: sa.Connection, hash: str, customer: Customer) -> Submission | None:
    """The customer's own run under way, where asking again changes nothing."""
    query = (
        sa.select(runs.c.id)
        .join(watchers, watchers.c.run_id == runs.c.id)
        .where(runs.c.hash == hash, runs.c.status.in_(("queued", "running")))
        .where(runs.c.user == customer.user, runs.c.priority >= customer.priority)
        .where(~runs.c.stop, ~runs.c.pause)
        .where(watchers.c.user == customer.user, watchers.c.watching)
    )
    found = connection.execute(query).scalar()
    return Submission(found, "joined") if found else None


def watch(connection: sa.Connection, run_id: str, user: str) -> None:
    mine = sa.and_(watchers.c.run_id == run_id, watchers.c.user == user)
    if connection.execute(sa.select(watchers.c.watching).where(mine)).scalar():
        return  # a second click writes nothing
    order = insert(watchers).values(run_id=run_id, user=user, watching=True)
    connection.execute(
        order.on_conflict_do_update(index_elements=["run_id", "user"], set_={"watching": True})
    )


def _values(order: Order, customer: Customer, now: float) -> dict[str, Any]:
    resolved = order.resolved
    return {
        "hash": resolved.hash,
        "kind": resolved.spec.kind,
        "of": resolved.of,
        "lane": resolved.lane,
        "status": "queued",
        "user": customer.user,
        "created": now,
        "attempt": 1,
        "stop": False,
        "priority": customer.priority,
        "estimate": order.estimate,
        "spec": resolved.spec.model_dump(mode="json"),
        "compute": dataclasses.asdict(resolved.compute),
    }


def _record(values: dict[str, Any]) -> Record:
    kept = {f.name: values[f.name] for f in dataclasses.fields(Record) if f.name in values}
    return Record(**kept, started=None)


def answers(hash: str) -> sa.ColumnElement[bool]:
    """Whether a run answers who asks for this hash: it has a result, or will have one."""
    stopping = runs.c.stop & runs.c.status.in_(sorted(ACTIVE))
    alive_or_made = runs.c.status.in_([*ACTIVE, "finished", "diverged"])
    return sa.and_(runs.c.hash == hash, alive_or_made, ~stopping)


def _known(
    connection: sa.Connection, hash: str, customer: Customer, replayable: Callable[[Any], bool]
) -> Submission | None:
    """A run with this hash: one's own that is under way, another's, one that has ended.

    One that is stopping is no use, nor is another's that rests.
    """
    fields = ("id", "kind", "of", "status", "user", "priority", "pause", "brief")
    query = sa.select(*(runs.c[name] for name in fields)).where(answers(hash))
    query = query.order_by(runs.c.created.desc())
    records = connection.execute(query).all()
    mine = [r for r in records if r.status in ACTIVE and r.user == customer.user]
    going = [r for r in records if r.status in ACTIVE and r.status != "paused" and not r.pause]
    for found in (*mine, *going):
        _join(connection, found, customer)
        return Submission(found.id, "joined")
    ended = (r for r in records if r.status not in ACTIVE and replayable(r))
    return next((Submission(r.id, "recorded") for r in ended), None)


def _join(connection: sa.Connection, found: Any, customer: Customer) -> None:
    """The run now is the joiner's too: it goes as early as theirs would, and its owner's click
    wakes it up."""
    new: dict[str, Any] = {}
    if found.priority < customer.priority:
        new["priority"] = customer.priority
    if found.pause and found.user == customer.user:
        new["pause"] = False
    if new:
        connection.execute(sa.update(runs).where(runs.c.id == found.id).values(**new))


def _refuse_too_many(
    connection: sa.Connection, orders: Sequence[Order], customer: Customer
) -> None:
    if customer.priority or customer.user == PROFILE:
        return
    waiting = sa.and_(runs.c.user == customer.user, runs.c.status == "queued", ~runs.c.stop)
    count = sa.select(sa.func.count()).select_from(runs)
    kinds = {order.resolved.spec.kind for order in orders}
    listed = registry.kinds_that("listed")
    if kinds & set(listed):
        these = runs.c.kind.in_(listed)
        mine = connection.execute(count.where(waiting, these)).scalar_one()
        if mine > customer.waiting:
            raise UserError("queue.full", allowed=customer.waiting)
        theirs = sa.and_(runs.c.status == "queued", ~runs.c.stop, these)
        if connection.execute(count.where(theirs)).scalar_one() > bounds.ALL_WAITING:
            raise UserError("queue.crowded", allowed=bounds.ALL_WAITING)
    counted_elsewhere = {*listed, *registry.kinds_that("measures")}
    if kinds - counted_elsewhere:
        other = runs.c.kind.not_in(counted_elsewhere)
        mine = connection.execute(count.where(waiting, other)).scalar_one()
        if mine > QUICK_WAITING:
            raise UserError("queue.full", allowed=QUICK_WAITING)
