"""Files that are read whole or not at all: hashed before they are used, written by one at a time.

A file of 528 MB takes 0.4 s to hash (about 1.4 GB/s on one core of an Intel Xeon), so it is done
once after each start of the machine, and again when size or time of the file have changed.  No
torch here.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path

import filelock
import psutil

CHECKED, DAMAGED, PARTIAL, LOCK = ".checked", ".damaged", ".partial", ".lock"


def lock(path: Path) -> filelock.FileLock:
    """Held by whoever writes `path`."""
    return filelock.FileLock(path.with_name(path.name + LOCK))


def drop(path: Path) -> None:
    """Delete a file or a folder, if it is there.  A reader finds a folder whole or not at all."""
    if path.is_dir():
        gone = Path(tempfile.mkdtemp(prefix=".gone-", dir=path.parent))
        shutil.rmtree(path.rename(gone / path.name))
        gone.rmdir()
    else:
        path.unlink(missing_ok=True)


def sha256_of(path: Path, note: Path | None = None) -> str:
    """Hash of the file, computed on its first use since the machine started.

    `note` remembers it: beside the file, where nothing else is said.
    Raises OSError where it cannot be read.
    """
    told = path.stat()
    stamp = {"size": told.st_size, "mtime_ns": told.st_mtime_ns, "boot": _boot()}
    note = note or path.with_name(path.name + CHECKED)
    try:
        known = json.loads(note.read_text(encoding="utf-8"))
        if {**stamp, "sha256": known["sha256"]} == known:
            return str(known["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # no note, or one that cannot be read: the file itself decides
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    _write(note, json.dumps({**stamp, "sha256": digest}))
    return digest


def whole(path: Path, sha256_prefix: str) -> str | None:
    """The file's sha256 where it begins as it must; else None, and the file is set aside.

    Set aside means `<name>.damaged`: the next download does not meet it, and nothing loads it.
    """
    digest = sha256_of(path)
    if sha256_prefix and digest.startswith(sha256_prefix):
        return digest
    set_aside(path)
    return None


def set_aside(path: Path) -> None:
    path.replace(path.with_name(path.name + DAMAGED))
    path.with_name(path.name + CHECKED).unlink(missing_ok=True)


def _write(note: Path, text: str) -> None:
    """A disk that takes no note costs the time to hash again, nothing else."""
    with contextlib.suppress(OSError):
        note.parent.mkdir(parents=True, exist_ok=True)
        handle, half = tempfile.mkstemp(dir=note.parent, prefix=note.name, suffix=".half")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(half, note)
        except OSError:
            Path(half).unlink(missing_ok=True)


@functools.cache
def _boot() -> str:
    """Names this start of the machine."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return str(round(psutil.boot_time()))
