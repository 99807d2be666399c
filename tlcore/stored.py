"""What was downloaded and lies on this disk: is it there, how large, is it whole.  No torch here.

Weights are `weights/<file>` under the data folder, data sets are folders `datasets/<id>/`.  A file
of 528 MB takes 0.4 s to hash (about 1.4 GB/s on one core of an Intel Xeon), so it is done once
after each start of the machine, and again when size or time of the file have changed.
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

from tlcore import catalog, hub, nursery, packaged
from tlcore.errors import UserError
from tlcore.paths import data_dir

CHECKED, DAMAGED, PARTIAL, LOCK = ".checked", ".damaged", ".partial", ".lock"


def is_backbone(name: str) -> bool:
    """Raises UserError("fetch.unknown", given, known) for what is neither backbone nor data set."""
    if name in catalog.backbones() or name in catalog.texts() or nursery.is_grown(name):
        return True
    if name in catalog.datasets() or name in catalog.text_datasets():
        return False
    known = ", ".join([*catalog.backbones(), *hub.REPOS, *catalog.datasets()])
    raise UserError("fetch.unknown", given=name[:40], known=known)


def needs_download(name: str) -> bool:
    """Whether it comes from the network at all; the rest is part of the app, or drawn by it."""
    if is_backbone(name):
        return name in hub.REPOS or catalog.backbone(name).url is not None
    return catalog.dataset(name).source == "download"


def place(name: str) -> Path:
    """The weights file, or the folder of a data set or of a model of the hub."""
    if name in hub.REPOS:
        return data_dir() / "hub" / name
    if is_backbone(name):
        return data_dir() / "weights" / catalog.backbone(name).fingerprint
    return data_dir() / "datasets" / name


def present(name: str) -> bool:
    """Whether a run can use it now, without the network."""
    if name in packaged.PACKAGES:
        return packaged.present(name)
    if not needs_download(name):
        return True
    where = place(name)
    if name in hub.REPOS:
        return all((where / file).is_file() for file in (hub.RECORD, *hub.FILES))
    return where.is_file() if is_backbone(name) else (where / "set.json").is_file()


def bytes_on_disk(name: str) -> int:
    """Of the weights or the data set, unfinished downloads and what was set aside included."""
    if not needs_download(name):
        return 0
    total = 0
    for path in _belongings(name):
        with contextlib.suppress(OSError):  # it went meanwhile
            inside = [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else [path]
            total += sum(file.stat().st_size for file in inside)
    return total


def remove(name: str) -> None:
    """Delete what was downloaded.  Runs that have read it go on.

    Raises UserError: fetch.unknown, download.running (name), and store.unwritable where the disk
    refuses.
    """
    if not needs_download(name) or not place(name).parent.exists():
        return
    try:
        with lock(place(name)).acquire(timeout=0.1):
            for path in _belongings(name):
                drop(path)
    except filelock.Timeout:
        raise UserError("download.running", name=name) from None
    except OSError as error:
        told = {"path": str(place(name)), "reason": error.strerror or str(error)}
        raise UserError("store.unwritable", **told) from error


def _belongings(name: str) -> list[Path]:
    """The file or folder, and what is named after it: unfinished, set aside, notes."""
    where = place(name)
    return [p for p in where.parent.glob(where.name + "*") if p.suffix != LOCK]


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
