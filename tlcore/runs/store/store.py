"""The run store: what pages ask and tell about runs, and where workers leave their rows.

The store is the truth; a page keeps nothing it could not read here again.  All functions may be
called from many threads.  A page sets what it wants of a run (stop, pause); statuses after `queued`
are written by the dispatcher only (tlcore.runs.queue).  Every function raises UserError
"store.locked", "store.full" or "store.unwritable" when the file cannot be used.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from tlcore.ground import machine
from tlcore.ground.errors import UserError
from tlcore.ground.paths import data_dir
from tlcore.runs import record, registry
from tlcore.runs.record import Record
from tlcore.runs.run import ACTIVE, ENDED, Row, Run, Status, Submission
from tlcore.runs.store import answers as said
from tlcore.runs.store import orders, room, soundness
from tlcore.runs.store.curves import ATTEMPT, Curves, Fenced
from tlcore.runs.store.database import BUSY_SECONDS, Database
from tlcore.runs.store.line import Line, Standing
from tlcore.runs.store.orders import Customer, Order
from tlcore.runs.store.tables import answers, profiles, runs, watchers

if TYPE_CHECKING:
    from tlcore.runs.spec import Resolved

__all__ = [
    "ATTEMPT",
    "ENDED",
    "Fenced",
    "Order",
    "Row",
    "Run",
    "Status",
    "Store",
    "Submission",
]

_BRIEF = [c for c in runs.c if c.name != "result"]
_ACTIVE = sorted(ACTIVE)


class Store(Curves, room.Room, said.Answers):
    """Runs, their rows, who watches them, and machine profiles, in one SQLite file.

    `durable=False` (workers) lets the last second of a curve be lost in a power cut.
    """

    def __init__(
        self,
        path: Path | None = None,
        durable: bool = True,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        self.path = path or data_dir() / "store.db"
        self.database = Database(self.path, durable, busy_seconds)
        self.line = Line(self.database)

    @property
    def set_aside(self) -> Path | None:
        """The damaged store file that was put out of the way, if that has happened."""
        return self.database.set_aside

    def folder(self, run_id: str) -> Path:
        """Where the run's pictures and files lie; may not exist."""
        return self.path.parent / "runs" / run_id

    def close(self) -> None:
        self.database.close()

    # What pages ask

    def run(self, run_id: str) -> Run | None:
        query = sa.select(runs).where(runs.c.id == run_id)

        def act(connection: sa.Connection) -> Any:
            found = connection.execute(query).first()
            return found and soundness.check(found)

        found = self.database.read(act)
        return None if found is None else self._run(found, found.result)

    def find(self, hash: str) -> Run | None:
        """The newest run with this hash that is under way or has a result; nothing is queued."""
        query = (
            sa.select(runs.c.id)
            .where(orders.answers(hash))
            .order_by(runs.c.created.desc(), sa.literal_column("runs.rowid").desc())
        )
        found = self.database.read(lambda c: c.execute(query).scalar())
        return self.run(found) if found else None

    def runs(self, user: str, limit: int = 200) -> list[Run]:
        """The user's own fine-tunes and those opened by link, newest first.

        `result` lacks the lists with one entry per test picture; `run` has them.
        """
        query = (
            sa.select(*_BRIEF)
            .join(watchers, watchers.c.run_id == runs.c.id)
            .where(watchers.c.user == user, runs.c.kind.in_(registry.kinds_that("listed")))
            .order_by(runs.c.created.desc(), sa.literal_column("runs.rowid").desc())
            .limit(limit)
        )
        found = self.database.read(lambda c: [soundness.check(r) for r in c.execute(query)])
        return [self._run(record, record.brief) for record in found]

    def profile(self, backbone: str) -> dict[str, Any] | None:
        """How fast this kind of machine runs the backbone, once a profile run has measured it.

        None again after torch has changed: another release has other kernels.
        """
        query = sa.select(profiles.c.profile).where(
            profiles.c.machine == machine.name(), profiles.c.backbone == backbone
        )
        found = cast(
            "dict[str, Any] | None", self.database.read(lambda c: c.execute(query).scalar())
        )
        return found if found and found.get("torch") == _torch() else None

    # What pages want

    def submit(
        self,
        resolved: Resolved,
        user: str,
        fresh: bool = False,
        priority: int = 0,
        estimate: float | None = None,
    ) -> Submission:
        """Queue a run, or find one with the same hash that is under way or has a result.

        However often and from however many threads one hash is submitted, one run is made;
        `fresh=True` always makes another.
        """
        return self.submit_all([Order(resolved, estimate)], user, fresh, priority)[0]

    def submit_all(
        self, wanted: Sequence[Order], user: str, fresh: bool = False, priority: int = 0
    ) -> list[Submission]:
        """All of them or none.  Raises UserError "queue.full" where too many of the user's runs
        would wait; those that are joined or recorded do not count."""

        if len(wanted) == 1 and not fresh:
            who, hash = Customer(user, priority), wanted[0].resolved.hash
            known = self.database.read(lambda c: orders.clicked_twice(c, hash, who))
            if known is not None:
                return [known]  # an impatient hand keeps no writer waiting

        def act(connection: sa.Connection) -> tuple[list[Submission], list[Record]]:
            customer = Customer(user, priority, room.waiting_allowed(connection))
            return orders.place(connection, wanted, customer, fresh, self._replayable)

        told, made = self.database.write(act)
        self.line.forget()
        for kept in made:  # an order on disk outlives the store; on a full disk, the store has it
            with contextlib.suppress(OSError):
                record.keep(kept, self.folder(kept.id))
        return told

    def pause(self, run_id: str, user: str, host: bool = False) -> None:
        """Save the run's state and free its slot.  Raises UserError "run.not_yours"."""
        self._want_pause(run_id, user, host, True)

    def resume(self, run_id: str, user: str, host: bool = False) -> None:
        """Queue a paused run again; it goes on from its saved state."""
        self._want_pause(run_id, user, host, False)

    def knows(self, user: str) -> bool:
        """Whether a run, a list or an answer is in this reader's name."""

        def act(connection: sa.Connection) -> bool:
            columns = (runs.c.user, watchers.c.user, answers.c.user)
            queries = (sa.select(column).where(column == user).limit(1) for column in columns)
            return any(connection.execute(query).first() for query in queries)

        return self.database.read(act)

    def waiting(self, ids: Sequence[str]) -> list[str]:
        """Those of the runs that have not begun."""
        query = sa.select(runs.c.id).where(runs.c.id.in_(ids), runs.c.status == "queued")
        return list(self.database.read(lambda c: c.execute(query).scalars().all()))

    def watch(self, run_id: str, user: str) -> None:
        """Count `user` among those for whom the run goes on; it joins their list of runs."""
        mine = sa.and_(watchers.c.run_id == run_id, watchers.c.user == user)
        known = sa.select(watchers.c.watching).where(mine)
        if self.database.read(lambda c: c.execute(known).scalar()):
            return  # a reload, the link again: a class that comes back need not queue to write

        def act(connection: sa.Connection) -> None:
            if connection.execute(sa.select(runs.c.id).where(runs.c.id == run_id)).first():
                orders.watch(connection, run_id, user)

        self.database.write(act)

    def leave(self, run_id: str, user: str) -> None:
        """Detach `user`; when nobody watches any more, the run is asked to stop."""

        def act(connection: sa.Connection) -> None:
            mine = sa.and_(watchers.c.run_id == run_id, watchers.c.user == user)
            connection.execute(sa.update(watchers).where(mine).values(watching=False))
            _stop_if_left(connection, run_id)

        self.database.write(act)
        self.line.forget()

    def remove(self, run_id: str, user: str) -> None:
        """Take a run off the user's list.  One that nobody lists any more is deleted with its
        files; where it is under way, the dispatcher does so when it has ended."""

        def act(connection: sa.Connection) -> list[str]:
            listed = watchers.c.run_id == run_id
            mine = sa.and_(listed, watchers.c.user == user)
            if connection.execute(sa.delete(watchers).where(mine)).rowcount == 0:
                return []
            _stop_if_left(connection, run_id)
            query = sa.select(runs.c.id).where(
                runs.c.id == run_id,
                runs.c.status.not_in(_ACTIVE),
                ~sa.select(watchers.c.user).where(listed).exists(),
            )
            return room.erase(connection, connection.execute(query).scalars().all())

        gone = self.database.write(act)
        room.remove_folders(self.path.parent / "runs", gone)
        self.line.forget()

    # What workers do

    def save_profile(self, backbone: str, profile: dict[str, Any]) -> None:
        values = {"saved": time.time(), "profile": profile}
        order = insert(profiles).values(machine=profile["machine"], backbone=backbone, **values)
        order = order.on_conflict_do_update(index_elements=["machine", "backbone"], set_=values)
        self.database.write(lambda c: c.execute(order))

    def _want_pause(self, run_id: str, user: str, host: bool, pause: bool) -> None:
        mine = sa.and_(runs.c.id == run_id, runs.c.kind.in_(registry.kinds_that("rests")))

        def act(connection: sa.Connection) -> None:
            owner = connection.execute(sa.select(runs.c.user).where(mine)).scalar()
            if owner is None:
                return
            if owner != user and not host:
                raise UserError("run.not_yours")
            wanted = sa.update(runs).where(mine, runs.c.status.in_(_ACTIVE))
            connection.execute(wanted.values(pause=pause))

        self.database.write(act)
        self.line.forget()

    def _replayable(self, record: Any) -> bool:
        """Whether an ended run answers who asks for the same: what it made is still there."""
        made = registry.spec(record.kind)
        folder = self.folder(record.of or record.id)
        return made is None or made.still_there(record.id, record.brief or {}, folder)

    def _run(self, record: Any, result: dict[str, Any] | None) -> Run:
        waiting = record.status == "queued" and not record.stop and not record.pause
        standing = self.line.of(record.id) if waiting else None
        return _read(record, result, standing or Standing(None, None))


def _stop_if_left(connection: sa.Connection, run_id: str) -> None:
    """A run that nobody watches any more is asked to stop."""
    others = sa.select(watchers.c.user).where(watchers.c.run_id == run_id, watchers.c.watching)
    connection.execute(
        sa.update(runs)
        .where(runs.c.id == run_id, runs.c.status.in_(_ACTIVE), ~others.exists())
        .values(stop=True)
    )


@cache
def _torch() -> str:
    return metadata.version("torch")


def _read(record: Any, result: dict[str, Any] | None, standing: Standing) -> Run:
    return Run(
        id=record.id,
        kind=record.kind,
        of=record.of,
        user=record.user,
        spec=record.spec,
        compute=record.compute,
        hash=record.hash,
        status=record.status,
        priority=record.priority,
        created=record.created,
        started=record.started,
        ended=record.ended,
        attempt=record.attempt,
        error_key=record.error_key,
        error_values=record.error_values or {},
        estimate=record.estimate,
        place=standing.place,
        wait=standing.wait,
        stopping=record.stop and record.status in ACTIVE,
        pausing=record.pause and record.status in ("queued", "running"),
        result=result,
    )
