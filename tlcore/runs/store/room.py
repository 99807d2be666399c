"""What concerns the whole room: limits, who is busy, stop all, empty the store, a notice.

Whoever sits at the server may change these; the pages decide who that is.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from tlcore.runs import registry
from tlcore.runs.run import ACTIVE, Busy, Notice
from tlcore.runs.store.database import Database
from tlcore.runs.store.orders import PROFILE
from tlcore.runs.store.tables import answers, rows, runs, settings, watchers

if TYPE_CHECKING:
    from tlcore.runs.limits import RoomLimits

WAITING = 3  # runs of one student that may wait, where the room says nothing else
FOLDERS = ("runs", "uploads", "cache", "pictures")  # what `clear` empties beside the store
_ACTIVE = sorted(ACTIVE)


class Room:
    """The part of the store that is everybody's."""

    path: Path
    database: Database

    def limits(self) -> RoomLimits:
        """What a browser may ask for now."""
        from pydantic import ValidationError  # workers and the dispatcher do without

        from tlcore.runs.limits import RoomLimits

        try:
            found = self.database.read(lambda c: setting(c, "limits"))
            return RoomLimits.model_validate(found or {})
        except ValidationError:  # of another version of the app
            return RoomLimits()

    def set_limits(self, limits: RoomLimits) -> None:
        order = put("limits", limits.model_dump())
        self.database.write(lambda c: c.execute(order))

    def notice(self) -> Notice | None:
        """The store was damaged or gone and has been replaced; None: nothing to tell."""
        found = self.database.read(lambda c: setting(c, "notice"))
        return Notice(**found) if found else None

    def dismiss_notice(self) -> None:
        self.database.write(lambda c: c.execute(put("notice", None)))

    def busy(self) -> Busy:
        query = (
            sa.select(runs.c.status, runs.c.user)
            .where(runs.c.status.in_(_ACTIVE), runs.c.user != PROFILE)
            .where(runs.c.kind.in_(registry.kinds_that("listed")))
        )
        found = self.database.read(lambda c: c.execute(query).all())
        count = [status for status, _ in found].count
        users = len({user for _, user in found})
        return Busy(count("running"), count("queued"), count("paused"), users)

    def stop_all(self) -> int:
        """Ask every run to stop; how many were under way.  Measuring the machine goes on."""
        measuring = runs.c.kind.in_(registry.kinds_that("measures"))
        mine = sa.and_(runs.c.status.in_(_ACTIVE), ~measuring, ~runs.c.stop)
        order = sa.update(runs).where(mine).values(stop=True)
        return self.database.write(lambda c: c.execute(order).rowcount)

    def clear(self) -> int:
        """Forget every run, its rows and files, what was predicted, the uploads and caches; how
        many runs there were.

        The dispatcher ends workers whose run is gone, and what those still write is refused.
        """

        def act(connection: sa.Connection) -> int:
            for table in (rows, watchers, answers):
                connection.execute(sa.delete(table))
            connection.execute(put("cleared", {"at": time.time()}))
            return connection.execute(sa.delete(runs)).rowcount

        count = self.database.write(act)
        for name in FOLDERS:
            shutil.rmtree(self.path.parent / name, ignore_errors=True)
        return count


def setting(connection: sa.Connection, name: str) -> Any:
    """A value of the room, None where it was never set."""
    query = sa.select(settings.c.value).where(settings.c.name == name)
    return connection.execute(query).scalar()


def waiting_allowed(connection: sa.Connection) -> int:
    """Limits are read as pydantic models elsewhere; this one number is read at each submit."""
    told = setting(connection, "limits")
    found = told.get("waiting") if isinstance(told, Mapping) else None
    return found if isinstance(found, int) else WAITING


def put(name: str, value: Any) -> sa.Executable:
    """The statement that sets a value of the room."""
    order = insert(settings).values(name=name, value=value)
    return order.on_conflict_do_update(index_elements=["name"], set_={"value": value})


def erase(connection: sa.Connection, ids: Collection[str]) -> list[str]:
    """Delete runs with their rows and whatever looks at them; every id that is gone.

    The folders are the caller's to remove, after the transaction.
    """
    looks = connection.execute(sa.select(runs.c.id).where(runs.c.of.in_(ids))).scalars()
    gone = [*ids, *looks]
    for table, column in ((rows, rows.c.run_id), (watchers, watchers.c.run_id), (runs, runs.c.id)):
        connection.execute(sa.delete(table).where(column.in_(gone)))
    return gone


def remove_folders(runs_folder: Path, ids: Collection[str]) -> None:
    for run_id in ids:
        shutil.rmtree(runs_folder / run_id, ignore_errors=True)
