"""What can be read of a damaged store: table by table, around the pages that are broken.

A table is read from both ends; what lies between is asked for in halves until the records that
cannot be read are alone.  Where the first page (the names and places of the tables) is broken, that
of a new file takes its place: every store of this version begins with the same pages.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from tlcore.runs.store.soundness import decoded, sound

TABLES = ("runs", "rows", "watchers", "profiles", "settings", "answers")
SECONDS = 6.0  # for one table: whoever waits for the store sees nothing meanwhile
BEYOND = 2_000  # rowids after the last one known that may be there
PAGE = 4096
# What a damaged file makes sqlite3 raise: the last where the name of a column is no text any more.
UNREADABLE = (sqlite3.Error, MemoryError, UnicodeDecodeError)
NEEDED = {  # columns of a run in every version of the store
    *("id", "hash", "status", "user", "created", "attempt", "stop", "spec", "compute", "result"),
}

Values = dict[str, Any]


def read(path: Path, fresh: Path) -> dict[str, list[Values]]:
    """{table: records} of a damaged file, in the order in which they were written.

    `fresh`: an empty store of this version, for its first page.
    """
    found = _read(path)
    if found is None:
        patched = path.with_name(path.name + ".patched")
        try:
            _patch(path, fresh, patched)
            found = _read(patched)
        finally:
            for end in ("", "-wal", "-shm"):
                patched.with_name(patched.name + end).unlink(missing_ok=True)
    return found or {table: [] for table in TABLES}


def sound_runs(records: list[Values]) -> list[Values]:
    """The runs that can be what they say, with their JSON read."""
    kept = []
    for record in records:
        try:
            values = decoded(_of_version_1(record) if "device" in record else record)
        except (ValueError, TypeError):
            continue
        if sound(values) and values.keys() >= NEEDED:  # a damaged schema has other columns
            kept.append(values)
    return kept


def _read(path: Path) -> dict[str, list[Values]] | None:
    """None where SQLite cannot find the tables."""
    try:
        with closing(_open(path)) as connection:
            names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
            if "runs" not in names:
                return None
            return {table: _records(connection, table) for table in TABLES if table in names}
    except UNREADABLE:
        return None


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.text_factory = lambda data: data.decode(errors="replace")
    return connection


def _records(connection: sqlite3.Connection, table: str) -> list[Values]:
    until = time.monotonic() + SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > until, 10_000)
    try:
        columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    except UNREADABLE:
        return []
    everything = f'SELECT rowid, * FROM "{table}"'
    up: dict[int, tuple[Any, ...]] = {}
    down: dict[int, tuple[Any, ...]] = {}
    if not _scan(connection, f"{everything} ORDER BY rowid", up) and not _scan(
        connection, f"{everything} ORDER BY rowid DESC", down
    ):
        low = max(up, default=0) + 1
        high = min(down, default=low + BEYOND) - 1
        between = [(low, high)]
        while between and time.monotonic() < until:
            low, high = between.pop()
            part = f"{everything} WHERE rowid BETWEEN {low} AND {high} ORDER BY rowid"
            if low <= high and not _scan(connection, part, up) and low < high:
                middle = (low + high) // 2
                between += [(low, middle), (middle + 1, high)]
    found = up | down
    return [dict(zip(columns, found[rowid], strict=False)) for rowid in sorted(found)]


def _scan(connection: sqlite3.Connection, query: str, into: dict[int, tuple[Any, ...]]) -> bool:
    """Whether it could be read to its end."""
    try:
        for record in connection.execute(query):
            into[record[0]] = record[1:]
    except UNREADABLE:
        return False
    return True


def _patch(path: Path, fresh: Path, patched: Path) -> None:
    """A copy whose first page is that of a new file; the log may hold a sound one, too."""
    shutil.copyfile(path, patched)
    log = path.with_name(path.name + "-wal")
    if log.exists():
        shutil.copyfile(log, patched.with_name(patched.name + "-wal"))
    first = bytearray(fresh.read_bytes()[:PAGE])
    pages = patched.stat().st_size // PAGE
    first[28:32] = pages.to_bytes(4, "big")  # how long the file is
    first[32:40] = bytes(8)  # no list of free pages
    with patched.open("r+b") as file:
        file.write(first)


def _of_version_1(record: Values) -> Values:
    values = {name: value for name, value in record.items() if name != "device"}
    return values | {"lane": "gpu" if str(record["device"]).startswith("cuda") else "cpu"}
