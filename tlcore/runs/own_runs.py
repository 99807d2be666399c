"""When a set is deleted, what was made of it goes too: runs, their files, cached features.

A run keeps test pictures to be looked at, and features of an early block look much like the
picture.  Runs that others made of the set by its owner's link are made of the same pictures.
"""

from __future__ import annotations

import contextlib

import sqlalchemy as sa

from tlcore.runs import registry
from tlcore.runs.store import room
from tlcore.runs.store.store import Store
from tlcore.runs.store.tables import runs


def count(store: Store, name: str) -> int:
    """How many listed runs of this set there are, of everybody."""
    query = sa.select(sa.func.count()).where(
        _of(name), runs.c.kind.in_(registry.kinds_that("listed"))
    )
    return int(store.database.read(lambda c: c.execute(query).scalar_one()))


def forget(store: Store, name: str) -> None:
    """Delete every run of the set; the dispatcher ends workers whose run is gone."""

    def act(connection: sa.Connection) -> list[str]:
        found = connection.execute(sa.select(runs.c.id).where(_of(name))).scalars().all()
        return room.erase(connection, found)

    home = store.path.parent
    room.remove_folders(home / "runs", store.database.write(act))
    # Named by a digest of pictures and blocks, so nobody can tell whose they are; each run that
    # misses them builds them again.
    for file in (home / "cache").glob("features-*"):
        with contextlib.suppress(OSError):
            file.unlink()
    store.line.forget()


def _of(name: str) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = runs.c.spec["data"].as_string() == name
    return found
