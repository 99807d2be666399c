"""The SQLite file under the store: how it is opened, and what its failures mean.

WAL lets many readers work beside one writer.  Within this process writers queue on a lock, which
is fair; between processes SQLite's busy timeout waits.  A file that is gone or damaged is replaced
by what can be read of it (tlcore.runs.recovery.recovery), so a learner never has to repair
anything.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TypeVar

import filelock
import sqlalchemy as sa

from tlcore.ground.disk import disk_trouble, free_mb, make_folder, why_refused
from tlcore.ground.errors import UserError
from tlcore.runs.recovery import recovery
from tlcore.runs.recovery.recovery import Identity, identity
from tlcore.runs.store import migration
from tlcore.runs.store.soundness import NEWEST, Damaged, whole
from tlcore.runs.store.tables import VERSION

BUSY_SECONDS = 5.0
TRIES = 4  # of one call; a store that is damaged again and again is told
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)
_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_REFUSED = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
_TOLD = (*_BUSY, *_REFUSED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)  # say nothing of the pages
# What reading a damaged page may end in, besides SQLite's own words.
_STRANGE = (sa.exc.SQLAlchemyError, ValueError, TypeError, MemoryError, OverflowError)

T = TypeVar("T")


class Database:
    """Runs `act(connection)` in a transaction; turns failures into UserError.

    Raises UserError "store.locked", "store.full", "store.quota", "store.unwritable",
    "store.damaged", "store.newer" or "machine.spent".  `act` may run again, on the file that took
    the place of a damaged one.
    `set_aside` is the damaged file that was put out of the way, if that has happened.
    """

    def __init__(
        self, path: Path, durable: bool = True, busy_seconds: float = BUSY_SECONDS
    ) -> None:
        self.path = path
        self.set_aside: Path | None = None
        # FULL: what was acknowledged survives a power cut.  NORMAL may lose the last second.
        self._sync = "FULL" if durable else "NORMAL"
        self._busy = busy_seconds
        self._turn = threading.Lock()  # one writer of this process at a time
        self._opening = threading.Lock()
        self._engine: sa.Engine | None = None
        self._inode: Identity = None

    def read(self, act: Callable[[sa.Connection], T]) -> T:
        return self._do("BEGIN", act)

    def write(self, act: Callable[[sa.Connection], T]) -> T:
        if not self._turn.acquire(timeout=self._busy):
            raise UserError("store.locked", path=str(self.path), seconds=self._busy)
        try:
            return self._do("BEGIN IMMEDIATE", act)
        finally:
            self._turn.release()

    def close(self) -> None:
        with self._opening:
            self._dispose()

    def _do(self, begin: str, act: Callable[[sa.Connection], T]) -> T:
        for left in reversed(range(TRIES)):
            seen = identity(self.path)
            try:
                engine, seen = self._opened()
                with _transaction(engine, begin) as connection:
                    answer = act(connection)
                if begin == "BEGIN" or not left or identity(self.path) == seen:
                    return answer
                continue  # written into a file that was replaced meanwhile: once more, into this
            except _STRANGE as error:
                if not (left and self._mendable(error, seen)):
                    self._tell(error)
            except filelock.Timeout:
                raise UserError("store.locked", path=str(self.path), seconds=self._busy) from None
            except OSError as error:
                self._tell(error)
        raise AssertionError("unreachable: the last failure was told")

    def _mendable(self, error: Exception, seen: Identity) -> bool:
        """Whether another try is of use: the file was replaced, or is damaged and now is."""
        if isinstance(error, sa.exc.TimeoutError):  # every connection of the pool is taken
            return False
        if identity(self.path) != seen:
            return True
        if not (_is_damage(error) or (not _is_told(error) and not whole(self.path))):
            return False
        try:
            self._replace(seen)
        except filelock.Timeout:
            raise UserError("store.damaged", path=str(self.path)) from error
        except OSError as trouble:  # a full disk; Windows, while another process has it open
            self._tell(trouble)
        return True

    def _opened(self) -> tuple[sa.Engine, Identity]:
        """The engine; opened again when the file under it was removed or replaced."""
        engine, inode = self._engine, self._inode
        if engine is not None and inode is not None and identity(self.path) == inode:
            return engine, inode
        with self._opening:
            if self._engine is None or identity(self.path) != self._inode:
                if self._engine is not None:  # removed, or another process put it aside
                    pattern = f"{self.path.name}.corrupt-*[0-9]"  # without -wal and -shm
                    found = sorted(self.path.parent.glob(pattern))
                    self.set_aside = found[-1] if found else self.set_aside
                self._dispose()
                make_folder(self.path.parent)
                if identity(self.path) is None:
                    self.set_aside = recovery.replace(self.path, None) or self.set_aside
                engine, inode = self._connect(), identity(self.path)
                try:
                    self._check_version(engine)
                except BaseException:
                    engine.dispose()
                    raise
                self._engine, self._inode = engine, inode
            return self._engine, self._inode

    def _connect(self) -> sa.Engine:
        # Never creates the file: one that is missing is put together from what there is.
        place = f"{self.path.absolute().as_uri()}?mode=rw"

        def connect() -> sqlite3.Connection:
            connection = sqlite3.connect(
                place,
                timeout=self._busy,
                isolation_level=None,  # we say BEGIN ourselves: IMMEDIATE for writers
                check_same_thread=False,
                uri=True,
            )
            connection.execute(f"PRAGMA synchronous={self._sync}")
            return connection

        return sa.create_engine(
            "sqlite://",
            creator=connect,
            poolclass=sa.pool.QueuePool,
            isolation_level="AUTOCOMMIT",
            pool_size=8,
            max_overflow=24,
            pool_timeout=self._busy * 2,
        )

    def _check_version(self, engine: sa.Engine) -> None:
        with engine.connect() as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if version == VERSION:
            return
        if not 0 < version < NEWEST:
            raise Damaged("version")  # a store is never without one: it is put in place whole
        if version > VERSION:
            raise UserError("store.newer", path=str(self.path), found=version, known=VERSION)
        with _transaction(engine, "BEGIN IMMEDIATE") as connection:
            migration.bring_up(connection)

    def _replace(self, damaged: Identity) -> None:
        """Put what can be read of a damaged file in its place."""
        with self._opening:
            self._dispose()
            self.set_aside = recovery.replace(self.path, damaged) or self.set_aside

    def _dispose(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
        self._engine = self._inode = None

    def _tell(self, error: BaseException) -> NoReturn:
        path = str(self.path)
        cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        if isinstance(error, sa.exc.TimeoutError) or _is(cause, *_BUSY):
            raise UserError("store.locked", path=path, seconds=self._busy) from error
        if _is(cause, sqlite3.SQLITE_FULL):
            raise UserError("store.full", path=path, free_mb=free_mb(self.path)) from error
        if isinstance(cause, OSError):
            raise disk_trouble(cause, self.path) or cause
        if _is_damage(error):
            raise UserError("store.damaged", path=path) from error
        if _is(cause, sqlite3.SQLITE_IOERR, *_REFUSED):
            unwritable = UserError("store.unwritable", path=path, reason=str(cause))
            raise why_refused(self.path) or unwritable from error
        raise error


@contextmanager
def _transaction(engine: sa.Engine, begin: str) -> Iterator[sa.Connection]:
    with engine.connect() as connection:
        connection.exec_driver_sql(begin)
        yield connection
        connection.exec_driver_sql("COMMIT")  # on an error the pool rolls back


def _is(error: BaseException | None, *codes: int) -> bool:
    found = getattr(error, "sqlite_errorcode", None)
    return found is not None and found & 0xFF in codes


def _is_damage(error: BaseException) -> bool:
    """Whether it says by itself that the file is broken."""
    if isinstance(error, Damaged | UnicodeDecodeError | json.JSONDecodeError):
        return True
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_IOERR_SHORT_READ:
        return True
    return _is(cause, *_BROKEN) or "Could not decode to UTF-8" in str(cause)


def _is_told(error: BaseException) -> bool:
    """Whether it has a sentence of its own, which a look at the pages would not change."""
    return isinstance(error, sa.exc.DBAPIError) and _is(error.orig, *_TOLD)
