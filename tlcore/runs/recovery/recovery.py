"""A store that is damaged or gone is replaced by one with all that could be read of it.

The new file is made beside the old one and put in its place whole, under a lock, so another
process sees the store of before, none, or that of after.  Whoever dies in between leaves the
damaged file under a name that the next one reads.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sqlite3
import time
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import filelock
import sqlalchemy as sa

from tlcore.runs import record, registry
from tlcore.runs.record import Record
from tlcore.runs.recovery import salvage
from tlcore.runs.run import ACTIVE, Notice, brief_of
from tlcore.runs.store import soundness
from tlcore.runs.store.soundness import JSON
from tlcore.runs.store.tables import VERSION, metadata

LOCK = "store.lock"
SECONDS = 15.0  # that another process may take to put a store together

Identity = tuple[int, int] | None  # of a file; None: there is none
Values = dict[str, Any]


def identity(path: Path) -> Identity:
    try:
        found = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino


def replace(path: Path, damaged: Identity) -> Path | None:
    """Put a sound store where `damaged` lies, or where there is none; the file put aside, if any.

    None too where another process was quicker.  Raises OSError and filelock.Timeout.
    """
    with filelock.FileLock(path.with_name(LOCK), timeout=SECONDS):
        if identity(path) != damaged:
            return None
        broken = path.with_name(path.name + ".broken")
        if damaged is not None:
            if broken.exists():  # the one before died when all was done but the last name
                _put_aside(broken, _aside(path))
            _move(path, broken)
        for end in ("-wal", "-shm"):  # of a file that is gone: not to be taken for the new one's
            path.with_name(path.name + end).unlink(missing_ok=True)
        new = path.with_name(path.name + ".new")
        for end in ("", "-wal", "-shm", "-journal"):
            new.with_name(new.name + end).unlink(missing_ok=True)
        aside = _aside(path) if broken.exists() else None
        _begin(new)
        _fill(new, broken if aside else None, aside, path.parent / "runs")
        new.replace(path)
        if aside is not None:
            _put_aside(broken, aside)
        return aside


def _move(path: Path, to: Path) -> None:
    for end in ("-wal", ""):
        # Not there, or gone in this moment: who closes a store last takes its -wal away.
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).replace(to.with_name(to.name + end))


def _put_aside(broken: Path, aside: Path) -> None:
    _move(broken, aside)
    broken.with_name(broken.name + "-shm").unlink(missing_ok=True)


def _aside(path: Path) -> Path:
    return path.with_name(f"{path.name}.corrupt-{time.strftime('%Y%m%d-%H%M%S')}")


def _begin(new: Path) -> None:
    """An empty store of this version."""
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(new)))
    with engine.begin() as connection:
        metadata.create_all(connection)
    engine.dispose()
    with closing(sqlite3.connect(new, isolation_level=None)) as plain:
        plain.execute("PRAGMA journal_mode=WAL")
        plain.execute(f"PRAGMA user_version={VERSION}")


def _fill(new: Path, broken: Path | None, aside: Path | None, folders: Path) -> None:
    found = salvage.read(broken, new) if broken else {table: [] for table in salvage.TABLES}
    chunks = _chunks(found["rows"])
    runs = {run["id"]: run for run in salvage.sound_runs(found["runs"])}
    settings = {s["name"]: s["value"] for s in found["settings"] if _is_json(s.get("value"))}
    cleared = json.loads(settings.get("cleared", "{}")).get("at", 0)
    known = {str(record.get("run_id")) for record in found["rows"] + found["watchers"]}
    known |= {str(run.get("id")) for run in found["runs"]}
    watchers = {(w["run_id"], w["user"]): w for w in found["watchers"] if w.get("user")}
    for folder in _folders(folders):
        run = runs.get(folder.name)
        if run is not None and run["status"] not in ACTIVE and _complete(chunks, run):
            continue
        kept = record.read(folder)
        if kept is None or kept.created <= cleared:
            continue
        # Of a run that the old file still tells, only a record that is further: what was read
        # there may be the last checkpoint, from before its result.
        if run is not None and (kept.result is None or kept.attempt < run["attempt"]):
            continue
        runs[kept.id] = (run or {}) | _of_record(kept)
        chunks[kept.id, kept.attempt] = [_chunk(kept)] if kept.count else []
        mine = {"run_id": kept.id, "user": kept.user, "watching": 1}
        watchers.setdefault((kept.id, kept.user), mine)
    listed = {run_id for run_id, _ in watchers}
    for run in runs.values():
        _start_again(run, chunks)
        if run["id"] not in listed:  # else it would be tidied away
            mine = {"run_id": run["id"], "user": run["user"], "watching": 1}
            watchers[run["id"], run["user"]] = mine
    count = sum(run.get("kind") in registry.kinds_that("listed") for run in runs.values())
    lost = len({name for name in known if len(name) == 32} - runs.keys())
    if broken is not None or runs:
        notice = Notice(str(aside) if aside else None, count, lost, time.time())
        settings["notice"] = json.dumps(dataclasses.asdict(notice))
    ordered = sorted(runs.values(), key=lambda run: run["created"])
    with closing(sqlite3.connect(new, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        _insert(connection, "runs", map(_encoded, ordered))
        attempts = [(run["id"], run["attempt"]) for run in ordered]
        _insert(connection, "rows", (c for key in attempts for c in chunks.get(key, ())))
        _insert(connection, "watchers", (w for w in watchers.values() if w["run_id"] in runs))
        _insert(
            connection, "profiles", (p for p in found["profiles"] if _is_json(p.get("profile")))
        )
        both = ({"name": name, "value": value} for name, value in settings.items())
        _insert(connection, "settings", both)
        _insert(connection, "answers", filter(soundness.sound_answer, found.get("answers", ())))
        connection.execute("COMMIT")


def _chunks(rows: Iterable[Values]) -> dict[tuple[str, int], list[Values]]:
    """{(run, attempt): its chunks, in order}, of those that can be rows at all."""
    found: dict[tuple[str, int], list[Values]] = {}
    for chunk in rows:
        numbers = (chunk.get("attempt"), chunk.get("first"), chunk.get("count"))
        text = chunk.get("text")
        if all(isinstance(number, int) for number in numbers) and isinstance(text, str):
            found.setdefault((chunk["run_id"], chunk["attempt"]), []).append(chunk)
    for chunks in found.values():
        chunks.sort(key=lambda chunk: int(chunk["first"]))
    return found


def _contiguous(chunks: list[Values]) -> bool:
    """Whether no row is missing from the first on."""
    ends = [0] + [chunk["first"] + chunk["count"] for chunk in chunks]
    return all(chunk["first"] <= end for chunk, end in zip(chunks, ends, strict=False))


def _complete(chunks: dict[tuple[str, int], list[Values]], run: Values) -> bool:
    """Whether the rows of an ended run are all there, its result the last."""
    mine = chunks.get((run["id"], run["attempt"]), [])
    return bool(mine) and _contiguous(mine) and '"kind":"result"' in mine[-1]["text"]


def _start_again(run: Values, chunks: dict[tuple[str, int], list[Values]]) -> None:
    """A run that had a worker is queued again; one that rests needs the rows before its state."""
    if run["status"] not in ACTIVE:
        return
    mine = chunks.get((run["id"], run["attempt"]), [])
    if run.get("result"):  # its worker had finished it
        run |= {"status": run["result"]["status"], "ended": time.time()}
    elif run["status"] == "running" or not _contiguous(mine):
        status = "paused" if run["status"] == "paused" else "queued"
        run |= {"status": status, "attempt": run["attempt"] + 1, "started": None}


def _of_record(kept: Record) -> Values:
    result = kept.result
    gpu = str(kept.compute.get("device", "")).startswith("cuda")
    lane = "quick" if kept.of else "gpu" if gpu else "cpu"
    return {f.name: getattr(kept, f.name) for f in dataclasses.fields(kept)} | {
        "status": result["status"] if result else "running",  # as far as its file knows
        "ended": time.time() if result else None,
        "stop": 0,
        "lane": lane,
        "result": result,
        "brief": brief_of(result) if result else None,
    }


def _chunk(kept: Record) -> Values:
    where = {"run_id": kept.id, "attempt": kept.attempt, "first": 0}
    return where | {"count": kept.count, "text": kept.text}


def _encoded(run: Values) -> Values:
    return {
        name: json.dumps(value) if name in JSON and value is not None else value
        for name, value in run.items()
    }


def _insert(
    connection: sqlite3.Connection, table: str, records: Iterable[Mapping[str, Any]]
) -> None:
    columns = metadata.tables[table].columns.keys()
    for values in records:
        names = [name for name in values if name in columns]
        marks = ", ".join("?" * len(names))
        quoted = ", ".join(f'"{name}"' for name in names)
        connection.execute(
            f"INSERT OR IGNORE INTO {table} ({quoted}) VALUES ({marks})",
            [values[name] for name in names],
        )


def _folders(runs: Path) -> list[Path]:
    try:
        return [folder for folder in runs.iterdir() if folder.is_dir()]
    except OSError:
        return []


def _is_json(value: Any) -> bool:
    try:
        json.loads(value)
    except (ValueError, TypeError):
        return False
    return True
