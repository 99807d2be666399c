"""The run store: what pages ask and tell about runs, and where workers leave their rows.

The store is the truth; a page keeps nothing it could not read here again.  All functions may be
called from many threads.  Statuses after `queued` are written by the dispatcher only
(tlcore.queue).  Every function raises UserError "store.locked", "store.full" or
"store.unwritable" when the file cannot be used.
"""

from __future__ import annotations

import dataclasses
import json
import secrets
import time
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from tlcore import machine
from tlcore.database import BUSY_SECONDS, Database
from tlcore.paths import data_dir
from tlcore.runs import ACTIVE, ENDED, How, Row, Run, Status, Submission, Ticket, in_order
from tlcore.tables import profiles, rows, runs, watchers

if TYPE_CHECKING:
    from tlcore.spec import Resolved

__all__ = ["ENDED", "Fenced", "Row", "Run", "Status", "Store", "Submission"]

ATTEMPT = 10**9  # a cursor is rows read + ATTEMPT * (attempt - 1): the second attempt starts anew
PER_PICTURE = ("truth", "predictions", "confidence")  # the long lists of a result
_BRIEF = [c for c in runs.c if c.name != "result"]
_ACTIVE = sorted(ACTIVE)

# Built once: this is what every open page asks several times a second.
_MINE = sa.and_(rows.c.run_id == sa.bindparam("run"), rows.c.attempt == sa.bindparam("attempt"))
_SEEN: sa.BindParameter[int] = sa.bindparam("seen", type_=sa.Integer)
_ATTEMPT = sa.select(runs.c.attempt).where(runs.c.id == sa.bindparam("run"))
_LAST_READ = sa.select(sa.func.max(rows.c.first)).where(_MINE, rows.c.first <= _SEEN)
_CHUNKS = (  # from the chunk that holds the cursor, found by the primary key
    sa.select(rows.c.first, rows.c.text)
    .where(_MINE, rows.c.first >= sa.func.coalesce(_LAST_READ.scalar_subquery(), 0))
    .where(rows.c.first + rows.c["count"] > _SEEN)
    .order_by(rows.c.first)
)


class Fenced(Exception):
    """The run has ended or was given to another worker: what this one writes counts no more."""


class Store:
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

    @property
    def set_aside(self) -> Path | None:
        """The damaged store file that was put out of the way, if that has happened."""
        return self.database.set_aside

    def folder(self, run_id: str) -> Path:
        """Where the run's pictures and files lie; may not exist."""
        return self.path.parent / "runs" / run_id

    def close(self) -> None:
        self.database.close()

    # What pages do

    def submit(self, resolved: Resolved, user: str, fresh: bool = False) -> Submission:
        """Queue a run, or find one with the same hash that is under way or has a result.

        However often and from however many threads one hash is submitted, one run is made;
        `fresh=True` always makes another.
        """
        now = time.time()

        def act(connection: sa.Connection) -> Submission:
            known = None if fresh else _known(connection, resolved.hash)
            if known is None:
                known = Submission(secrets.token_hex(16), "queued")
                connection.execute(
                    insert(runs).values(
                        id=known.run_id,
                        hash=resolved.hash,
                        kind=resolved.spec.kind,
                        of=resolved.of,
                        lane=resolved.lane,
                        status="queued",
                        user=user,
                        created=now,
                        attempt=1,
                        stop=False,
                        spec=resolved.spec.model_dump(mode="json"),
                        compute=dataclasses.asdict(resolved.compute),
                    )
                )
            _watch(connection, known.run_id, user)
            return known

        return self.database.write(act)

    def run(self, run_id: str) -> Run | None:
        def act(connection: sa.Connection) -> Run | None:
            found = connection.execute(sa.select(runs).where(runs.c.id == run_id)).first()
            return None if found is None else _run(found, found.result, _places(connection, found))

        return self.database.read(act)

    def runs(self, user: str, limit: int = 200) -> list[Run]:
        """The user's own runs and those opened by link, newest first.

        `result` lacks the lists with one entry per test picture; `run` has them.
        """
        query = (
            sa.select(*_BRIEF)
            .join(watchers, watchers.c.run_id == runs.c.id)
            .where(watchers.c.user == user)
            .order_by(runs.c.created.desc(), runs.c.id)
            .limit(limit)
        )

        def act(connection: sa.Connection) -> list[Run]:
            found = connection.execute(query).all()
            places = _places(connection, *found)
            return [_run(record, record.brief, places) for record in found]

        return self.database.read(act)

    def rows(self, run_id: str, after: int = 0) -> tuple[list[Row], int]:
        """Rows of the current attempt after cursor `after`, and the new cursor.

        Where a second attempt has begun since, its rows come from its "start" row on.
        """

        def act(connection: sa.Connection) -> tuple[int, Sequence[Any]]:
            attempt = connection.execute(_ATTEMPT, {"run": run_id}).scalar()
            if attempt is None:
                return 1, []
            mine = {"run": run_id, "attempt": attempt, "seen": _seen(after, attempt)}
            return attempt, connection.execute(_CHUNKS, mine).all()

        attempt, chunks = self.database.read(act)
        seen = _seen(after, attempt)
        fresh: list[Row] = []
        for first, text in chunks:
            fresh += json.loads(text)[max(0, seen - first) :]
        return fresh, ATTEMPT * (attempt - 1) + seen + len(fresh)

    def watch(self, run_id: str, user: str) -> None:
        """Count `user` among those for whom the run goes on; it joins their list of runs."""

        def act(connection: sa.Connection) -> None:
            if connection.execute(sa.select(runs.c.id).where(runs.c.id == run_id)).first():
                _watch(connection, run_id, user)

        self.database.write(act)

    def leave(self, run_id: str, user: str) -> None:
        """Detach `user`; when nobody watches any more, the run is asked to stop."""

        def act(connection: sa.Connection) -> None:
            mine = sa.and_(watchers.c.run_id == run_id, watchers.c.user == user)
            connection.execute(sa.update(watchers).where(mine).values(watching=False))
            others = sa.select(watchers.c.user).where(
                watchers.c.run_id == run_id, watchers.c.watching
            )
            connection.execute(
                sa.update(runs)
                .where(runs.c.id == run_id, runs.c.status.in_(_ACTIVE), ~others.exists())
                .values(stop=True)
            )

        self.database.write(act)

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

    # What workers do

    def save_profile(self, backbone: str, profile: dict[str, Any]) -> None:
        values = {"saved": time.time(), "profile": profile}
        order = insert(profiles).values(machine=profile["machine"], backbone=backbone, **values)
        order = order.on_conflict_do_update(index_elements=["machine", "backbone"], set_=values)
        self.database.write(lambda c: c.execute(order))

    def append(self, run_id: str, attempt: int, first: int, fresh: Sequence[Row]) -> None:
        """Add rows number `first`+1 and on.  Raises Fenced when the attempt is over.

        A row of kind "result" is also kept with the run.
        """
        text = json.dumps(fresh, allow_nan=False, separators=(",", ":"))
        record = {"first": first, "count": len(fresh), "text": text}
        result = next((row for row in fresh if row.get("kind") == "result"), None)
        order = insert(rows).values(run_id=run_id, attempt=attempt, **record)
        mine = (runs.c.id == run_id, runs.c.attempt == attempt, runs.c.status == "running")

        def act(connection: sa.Connection) -> None:
            if connection.execute(sa.select(runs.c.id).where(*mine)).first() is None:
                raise Fenced(run_id)
            connection.execute(order)
            if result is not None:
                brief = {k: v for k, v in result.items() if k not in PER_PICTURE}
                values = {"result": result, "brief": brief}
                connection.execute(sa.update(runs).where(*mine).values(**values))

        self.database.write(act)


def tickets(connection: sa.Connection) -> list[Ticket]:
    """Every run that has not ended."""
    fields = (field.name for field in dataclasses.fields(Ticket))
    query = sa.select(*(runs.c[field] for field in fields)).where(runs.c.status.in_(_ACTIVE))
    return [Ticket(*record) for record in connection.execute(query)]


@cache
def _torch() -> str:
    return metadata.version("torch")


def _known(connection: sa.Connection, hash: str) -> Submission | None:
    """A run with this hash: one under way before one that has ended."""
    fits = {"queued": "joined", "running": "joined", "finished": "recorded", "diverged": "recorded"}
    query = (
        sa.select(runs.c.id, runs.c.status)
        .where(runs.c.hash == hash, runs.c.status.in_(list(fits)))
        .where(~(runs.c.stop & runs.c.status.in_(_ACTIVE)))  # one that is stopping is no use
        .order_by(runs.c.created.desc())
    )
    found: dict[str, str] = {}
    for run_id, status in connection.execute(query):
        found.setdefault(fits[status], run_id)
    hows: tuple[How, ...] = ("joined", "recorded")
    return next((Submission(found[how], how) for how in hows if how in found), None)


def _watch(connection: sa.Connection, run_id: str, user: str) -> None:
    order = insert(watchers).values(run_id=run_id, user=user, watching=True)
    connection.execute(
        order.on_conflict_do_update(index_elements=["run_id", "user"], set_={"watching": True})
    )


def _places(connection: sa.Connection, *records: Any) -> dict[str, int]:
    if not any(record.status == "queued" for record in records):
        return {}
    waiting = [t for t in tickets(connection) if t.status == "queued" and not t.stopping]
    return {ticket.id: place for place, ticket in enumerate(in_order(waiting), start=1)}


def _seen(after: int, attempt: int) -> int:
    """Rows of this attempt that a reader at cursor `after` has."""
    seen = after - ATTEMPT * (attempt - 1)
    return seen if 0 <= seen < ATTEMPT else 0


def _run(record: Any, result: dict[str, Any] | None, places: dict[str, int]) -> Run:
    return Run(
        id=record.id,
        kind=record.kind,
        of=record.of,
        user=record.user,
        priority=record.priority,
        estimate=record.estimate,
        wait=None,
        pausing=record.pause and record.status in ("queued", "running"),
        spec=record.spec,
        compute=record.compute,
        hash=record.hash,
        status=record.status,
        created=record.created,
        started=record.started,
        ended=record.ended,
        attempt=record.attempt,
        error_key=record.error_key,
        error_values=record.error_values or {},
        place=places.get(record.id),
        stopping=record.stop and record.status in ACTIVE,
        result=result,
    )
