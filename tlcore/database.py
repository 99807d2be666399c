"""The SQLite file under the store: how it is opened, and what its failures mean.

WAL lets many readers work beside one writer.  Within this process writers queue on a lock, which
is fair; between processes SQLite's busy timeout waits.  A file that is gone is created again, a
damaged one is set aside, so a learner never has to repair anything.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TypeVar

import sqlalchemy as sa

from tlcore import migration
from tlcore.errors import UserError
from tlcore.tables import VERSION

BUSY_SECONDS = 5.0
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # no space, over the quota, over RLIMIT_FSIZE
REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST, errno.ENOTDIR, errno.EIO)
LOW_DISK = 2**20  # bytes; SQLite reports a full disk as an I/O error when the log cannot grow

T = TypeVar("T")


class Database:
    """Runs `act(connection)` in a transaction; turns failures into UserError.

    Raises UserError "store.locked", "store.full", "store.unwritable" or "store.newer".
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
        self._inode: tuple[int, int] | None = None

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
        for again in (True, False):
            seen = None
            try:
                seen = self._identity()
                with _transaction(self._opened(), begin) as connection:
                    return act(connection)
            except sa.exc.DBAPIError as error:
                if not (again and _is_damage(error.orig)):
                    self._tell(error.orig)
            except sa.exc.TimeoutError:  # every connection of the pool is taken
                raise UserError("store.locked", path=str(self.path), seconds=self._busy) from None
            except OSError as error:
                self._tell(error)
            try:
                self._put_aside(seen)
            except OSError as error:  # Windows, while another process has it open
                self._tell(error)
        raise AssertionError("unreachable: the second failure was told")

    def _opened(self) -> sa.Engine:
        """The engine; opened again when the file under it was removed or replaced."""
        engine = self._engine
        if engine is not None and self._identity() == self._inode:
            return engine
        with self._opening:
            if self._engine is None or self._identity() != self._inode:
                if self._engine is not None:  # removed, or another process put it aside
                    pattern = f"{self.path.name}.corrupt-*[0-9]"  # without -wal and -shm
                    found = sorted(self.path.parent.glob(pattern))
                    self.set_aside = found[-1] if found else self.set_aside
                self._dispose()
                make_folder(self.path.parent)
                engine = self._connect()
                self._begin_tables(engine)
                self._engine, self._inode = engine, self._identity()
            assert self._engine is not None
            return self._engine

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self.path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found.st_dev, found.st_ino

    def _connect(self) -> sa.Engine:
        url = sa.URL.create("sqlite", database=str(self.path))
        engine = sa.create_engine(
            url,
            isolation_level="AUTOCOMMIT",  # we say BEGIN ourselves: IMMEDIATE for writers
            connect_args={"timeout": self._busy, "check_same_thread": False},
            pool_size=8,
            max_overflow=24,
            pool_timeout=self._busy * 2,
        )

        @sa.event.listens_for(engine, "connect")
        def _pragmas(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute(f"PRAGMA synchronous={self._sync}")

        return engine

    def _begin_tables(self, engine: sa.Engine) -> None:
        with engine.connect() as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if version > VERSION:
            raise UserError("store.newer", path=str(self.path), found=version, known=VERSION)
        if version == VERSION:
            return
        deadline = time.monotonic() + self._busy
        while True:  # the change to WAL does not wait for its turn, so we do
            try:
                with engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA journal_mode=WAL")
                break
            except sa.exc.OperationalError as error:
                if not _is(error.orig, sqlite3.SQLITE_BUSY) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
        with _transaction(engine, "BEGIN IMMEDIATE") as connection:
            migration.bring_up(connection)

    def _put_aside(self, damaged: tuple[int, int] | None) -> None:
        """Rename a damaged file (and its log); the next call begins a new one."""
        with self._opening:
            self._dispose()
            if self._identity() != damaged:
                return  # another process was quicker; what lies there now is sound
            now = time.strftime("%Y%m%d-%H%M%S")
            aside = self.path.with_name(f"{self.path.name}.corrupt-{now}")
            for end in ("-wal", "-shm", ""):
                part = self.path.with_name(self.path.name + end)
                if part.exists():
                    part.replace(aside.with_name(aside.name + end))
            self.set_aside = aside

    def _dispose(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
        self._engine = self._inode = None

    def _tell(self, error: BaseException | None) -> NoReturn:
        path = str(self.path)
        if _is(error, sqlite3.SQLITE_BUSY) or _is(error, sqlite3.SQLITE_LOCKED):
            raise UserError("store.locked", path=path, seconds=self._busy) from error
        broken = _is(error, sqlite3.SQLITE_IOERR)
        if _is(error, sqlite3.SQLITE_FULL) or (broken and _cannot_grow(self.path)):
            raise UserError("store.full", path=path, free_mb=_free_mb(self.path)) from error
        refused = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
        if isinstance(error, OSError):
            raise disk_trouble(error, self.path) or error
        if broken or any(_is(error, code) for code in refused):
            raise UserError("store.unwritable", path=path, reason=str(error)) from error
        assert error is not None
        raise error


def disk_trouble(error: OSError, path: Path) -> UserError | None:
    """What a failed write under the data folder means to a learner; None where it is a bug."""
    if error.errno in FULL:
        return UserError("store.full", path=str(path), free_mb=_free_mb(path))
    if error.errno in REFUSED:
        return UserError("store.unwritable", path=str(path), reason=error.strerror or str(error))
    return None


@contextmanager
def _transaction(engine: sa.Engine, begin: str) -> Iterator[sa.Connection]:
    with engine.connect() as connection:
        connection.exec_driver_sql(begin)
        yield connection
        connection.exec_driver_sql("COMMIT")  # on an error the pool rolls back


def make_folder(folder: Path) -> None:
    """The data folder, for its owner only: runs belong to the person who started the app."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        if os.name == "posix":
            folder.chmod(0o700)


def _is(error: BaseException | None, code: int) -> bool:
    found = getattr(error, "sqlite_errorcode", None)
    return found is not None and found & 0xFF == code


def _is_damage(error: BaseException | None) -> bool:
    return _is(error, sqlite3.SQLITE_CORRUPT) or _is(error, sqlite3.SQLITE_NOTADB)


def _free_mb(path: Path) -> int:
    try:
        return shutil.disk_usage(path.parent).free // 2**20
    except OSError:
        return 0


def _cannot_grow(path: Path) -> bool:
    """True when a file beside the store cannot take another megabyte."""
    probe = path.with_name(f"{path.name}.probe-{os.getpid()}")
    try:
        with probe.open("wb") as file:
            file.write(bytes(LOW_DISK))
        return False
    except OSError as error:
        return error.errno in FULL
    finally:
        probe.unlink(missing_ok=True)
