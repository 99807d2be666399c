"""What came and is not decoded yet: `incoming/<batch>/` in a set's folder, and how much may come.

Bytes only: nothing here opens a picture.  A file lies under a name made here; what the reader
called it, and the class it was brought for, stand beside it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tlcore.catalog import own
from tlcore.ground import bounds
from tlcore.ground.errors import UserError

MB = 2**20
NAME = re.compile(r"[0-9a-f]{32}")
MOST_FILE = 20 * MB  # one picture
OLD = 3_600.0  # seconds; a delivery whose browser was closed half-way
ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Brought:
    """One file of a delivery: where it lies, for which class ("": its own folder says), and
    what it was called."""

    path: Path
    label: str
    name: str


def folder(name: str, batch: str, data_dir: Path | None = None) -> Path:
    """Raises UserError("data.gone") for what cannot be a delivery."""
    if not NAME.fullmatch(batch):
        raise UserError("data.gone")
    return own.folder(name, data_dir) / "incoming" / batch


class Arrival:
    """A file on its way: written piece by piece, there as a whole after `finish`, or never."""

    def __init__(self, place: Path, label: str, name: str) -> None:
        self.size = 0
        self._token = place / secrets.token_hex(16)
        self._part = self._token.with_suffix(".part")
        self._note = self._token.with_suffix(".json")
        self._told = json.dumps({"label": label, "name": name})
        self._file: BinaryIO | None = None

    def write(self, piece: bytes) -> None:
        if self._file is None:
            self._part.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._part.open("wb")
        self._file.write(piece)
        self.size += len(piece)

    def finish(self) -> None:
        """Raises UserError("own.empty") where nothing came."""
        if self._file is None:
            raise UserError("own.empty")
        self._file.close()
        self._note.write_text(self._told, encoding="utf-8")
        os.replace(self._part, self._token)  # whole: now it counts

    def abandon(self) -> None:
        """After whatever went wrong."""
        with contextlib.suppress(OSError):
            if self._file is not None:
                self._file.close()
            self._part.unlink(missing_ok=True)
            if not self._token.exists():
                self._note.unlink(missing_ok=True)


def brought(place: Path) -> list[Brought]:
    """The files of a delivery in the order in which they came."""
    found = []
    with contextlib.suppress(FileNotFoundError):
        for path in place.iterdir():
            if NAME.fullmatch(path.name):
                told = json.loads(path.with_name(f"{path.name}.json").read_text(encoding="utf-8"))
                found.append((path.stat().st_mtime_ns, Brought(path, **told)))
    return [file for _, file in sorted(found, key=lambda pair: (pair[0], pair[1].path))]


def waiting(name: str, data_dir: Path | None = None) -> tuple[int, int]:
    """(files, bytes) that came for a set and are not decoded yet."""
    files, size = 0, 0
    with contextlib.suppress(FileNotFoundError):
        for batch in (own.folder(name, data_dir) / "incoming").iterdir():
            for entry in os.scandir(batch):
                with contextlib.suppress(FileNotFoundError):
                    if NAME.fullmatch(entry.name):
                        files += 1
                        size += entry.stat().st_size
    return files, size


def stored(owner: str | None = None, data_dir: Path | None = None) -> int:
    """Bytes of the pictures kept, of one reader or of everybody."""
    return sum(o.bytes for o in own.every(data_dir) if owner in (None, o.owner))


def room(owner: str, at_the_server: bool = False, data_dir: Path | None = None) -> int:
    """Bytes that this reader may still keep."""
    mine = bounds.own_pictures(at_the_server).kept - stored(owner, data_dir)
    return min(mine, bounds.ALL_PICTURES - stored(None, data_dir))


def may_come(found: own.Own, at_the_server: bool = False, data_dir: Path | None = None) -> None:
    """Raises UserError where no further file may come: own.full (limit), own.many (limit),
    own.waiting."""
    most = bounds.own_pictures(at_the_server)
    if room(found.owner, at_the_server, data_dir) <= 0:
        raise UserError("own.full", limit=most.kept // MB)
    if waiting(found.id, data_dir)[0] >= most.delivery:
        raise UserError("own.many", limit=most.delivery)
    if sum(waiting(o.id, data_dir)[1] for o in own.of(found.owner, data_dir)) >= most.incoming:
        raise UserError("own.waiting")


def drop(name: str, batch: str, data_dir: Path | None = None) -> None:
    shutil.rmtree(folder(name, batch, data_dir), ignore_errors=True)


def sweep(name: str, data_dir: Path | None = None) -> None:
    """Delete deliveries that nobody finished, and files that the set does not know."""
    place, before = own.folder(name, data_dir), time.time() - OLD
    known = {p.file for p in own.read(name, data_dir).pictures} | {own.FILE}
    with contextlib.suppress(FileNotFoundError):
        for path in [*place.iterdir(), *(place / "incoming").glob("*")]:
            with contextlib.suppress(OSError):
                if path.name in known or path.name == "incoming" or _changed(path) > before:
                    continue
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _changed(path: Path) -> float:
    return path.stat().st_mtime
