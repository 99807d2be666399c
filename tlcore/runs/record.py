"""A run in a file of its own, record.json.gz: enough to put it back into a lost store.

Written when the run is asked for, and again by its worker, with every row, just before it ends.
A checksum is part of gzip, so a damaged record is known as such.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gzip
import json
import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tlcore.ground.errors import UserError
from tlcore.runs.run import Row, Run

FILE = "record.json.gz"


@dataclass(frozen=True)
class Record:
    """What is kept of a run.  Without a result among the rows it has not ended."""

    id: str
    kind: str
    hash: str
    user: str
    created: float
    started: float | None
    attempt: int
    spec: dict[str, Any]
    compute: dict[str, Any]
    priority: int = 0
    estimate: float | None = None
    of: str | None = None
    count: int = 0  # of rows
    result: Row | None = None
    text: str = "[]"  # the rows as JSON: a store is filled with hundreds of these, unread

    @property
    def rows(self) -> list[Row]:
        found: list[Row] = json.loads(self.text)
        return found


def write(run: Run, rows: Sequence[Row], folder: Path) -> None:
    """Keep a run with its rows in its folder.  Raises OSError."""
    kept = {f.name: getattr(run, f.name, None) for f in dataclasses.fields(Record)} | {
        "count": len(rows),
        "result": next((row for row in rows if row.get("kind") == "result"), None),
        "text": json.dumps(rows, allow_nan=False, separators=(",", ":")),
    }
    keep(Record(**kept), folder)  # type: ignore[arg-type]  # the fields of a run, by their names


def keep(record: Record, folder: Path) -> None:
    """All of it or nothing: what was there before stays until the new file is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = {f.name: getattr(record, f.name) for f in dataclasses.fields(record)}
    rows = facts.pop("text")  # a line of its own
    text = f"{json.dumps(facts, allow_nan=False)}\n{rows}"
    draft = folder / f"{FILE}.{os.getpid()}"
    draft.write_bytes(gzip.compress(text.encode(), 5, mtime=0))
    draft.replace(folder / FILE)


def read(folder: Path) -> Record | None:
    """None where there is no record that can be read."""
    try:
        facts, _, text = gzip.decompress((folder / FILE).read_bytes()).decode().partition("\n")
        record = Record(**json.loads(facts), text=text)
    except (OSError, EOFError, ValueError, TypeError, zlib.error):
        return None
    return record if record.id == folder.name else None


def ended(data_dir: Path, run_id: str, kind: str) -> tuple[dict[str, Any], Path]:
    """Spec and folder of a run of this kind that has finished.

    Raises UserError: run.gone, explain.unfinished.
    """
    folder = data_dir / "runs" / run_id
    found = read(folder)
    if found is None:
        raise UserError("run.gone")
    if found.kind != kind or (found.result or {}).get("status") != "finished":
        raise UserError("explain.unfinished")
    return found.spec, folder


def forget(folder: Path) -> None:
    """The run ended without a result: nobody wants it back."""
    with contextlib.suppress(OSError):
        (folder / FILE).unlink()


def begin_anew(folder: Path, attempt: int) -> None:
    """The run starts again: a store that is put together from records must not be behind."""
    found = read(folder)
    if found is not None:
        with contextlib.suppress(OSError):
            anew = dataclasses.replace(found, attempt=attempt, count=0, result=None, text="[]")
            keep(anew, folder)
