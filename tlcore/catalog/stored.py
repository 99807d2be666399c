"""What was downloaded and lies on this disk: is it there, where, how large.  No torch here.

Weights are `weights/<file>` under the data folder, models of the hub folders `hub/<backbone>/`,
data sets folders `datasets/<id>/`.  Whether a file is whole: tlcore.catalog.whole_files.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import filelock

from tlcore import catalog
from tlcore.catalog import hub, hub_files, nursery, packaged, whole_files
from tlcore.ground.errors import UserError
from tlcore.ground.paths import data_dir


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
        return hub_files.folder(name)
    if is_backbone(name):
        return data_dir() / "weights" / catalog.backbone(name).fingerprint
    return data_dir() / "datasets" / name


def present(name: str) -> bool:
    """Whether a run can use it now, without the network."""
    if name in packaged.PACKAGES:
        return packaged.present(name)
    if not needs_download(name):
        return True
    if name in hub.REPOS:
        return hub_files.present(name)
    where = place(name)
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
        with whole_files.lock(place(name)).acquire(timeout=0.1):
            for path in _belongings(name):
                whole_files.drop(path)
    except filelock.Timeout:
        raise UserError("download.running", name=name) from None
    except OSError as error:
        told = {"path": str(place(name)), "reason": error.strerror or str(error)}
        raise UserError("store.unwritable", **told) from error


def _belongings(name: str) -> list[Path]:
    """The file or folder, and what is named after it: unfinished, set aside, notes."""
    where = place(name)
    return [p for p in where.parent.glob(where.name + "*") if p.suffix != whole_files.LOCK]
