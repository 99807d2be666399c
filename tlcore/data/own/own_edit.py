"""Changes of a reader's own set of pictures: classes, pictures, the whole of it.

`set.json` is written whole under one lock, so that two browsers, and a worker beside them, lose
nothing of each other.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import filelock

from tlcore.catalog.own import FILE, Label, Own, folder, of, read, yours
from tlcore.data.own import own_names
from tlcore.ground import bounds, paths
from tlcore.ground.disk import disk_trouble
from tlcore.ground.errors import UserError

MOST_SETS = 20  # of one reader
PATIENCE = 10.0  # seconds to wait for the lock; who holds it writes one small file


def create(owner: str, data_dir: Path | None = None) -> Own:
    """An empty set.  Raises UserError("own.sets", limit) or one of the disk."""
    with _locked(data_dir):
        if len(of(owner, data_dir)) >= MOST_SETS:
            raise UserError("own.sets", limit=MOST_SETS)
        own = Own(f"own-{secrets.token_hex(16)}", owner, time.time())
        _write(own, data_dir)
    return own


def begin(name: str, owner: str, data_dir: Path | None = None) -> None:
    """The same under a name that says what will be in it; what was begun there before is gone."""
    with _locked(data_dir):
        shutil.rmtree(folder(name, data_dir), ignore_errors=True)
        _write(Own(name, owner, time.time()), data_dir)


def add_class(name: str, owner: str, text: str, data_dir: Path | None = None) -> Label:
    """The class of that name, made where there is none.  Raises own.no_name, own.classes."""
    with _locked(data_dir):
        own, label = with_class(yours(name, owner, data_dir), text)
        _write(own, data_dir)
    return label


def with_class(own: Own, text: str, most: int | None = None) -> tuple[Own, Label]:
    """The set with a class of that name in it, and the class; `most` classes, else a visitor's."""
    most = most or bounds.VISITOR_OWN.classes
    wanted = own_names.label(text)
    for label in own.classes:
        if own_names.same(label.name, wanted):
            return own, label
    if len(own.classes) >= most:
        raise UserError("own.classes", limit=most)
    label = Label(secrets.token_hex(4), wanted)
    return dataclasses.replace(own, classes=(*own.classes, label)), label


def rename(name: str, owner: str, label: str, text: str, data_dir: Path | None = None) -> Own:
    """Give a class another name.  Raises own.no_name, own.same_name (given), data.gone."""
    wanted = own_names.label(text)

    def act(own: Own) -> Own:
        if any(c.id != label and own_names.same(c.name, wanted) for c in own.classes):
            raise UserError("own.same_name", given=wanted)
        named = tuple(Label(c.id, wanted if c.id == label else c.name) for c in own.classes)
        return dataclasses.replace(own, classes=named)

    return change(name, act, owner, data_dir)


def move(
    name: str, owner: str, files: Collection[str], label: str, data_dir: Path | None = None
) -> Own:
    """Put pictures into another class of the set."""

    def act(own: Own) -> Own:
        if label not in {c.id for c in own.classes}:
            raise UserError("data.gone")
        moved = (
            dataclasses.replace(p, label=label) if p.file in files else p for p in own.pictures
        )
        return dataclasses.replace(own, pictures=tuple(moved))

    return change(name, act, owner, data_dir)


def remove(name: str, owner: str, files: Collection[str], data_dir: Path | None = None) -> Own:
    """Delete pictures, those in the set's list only."""

    def act(own: Own) -> Own:
        kept = tuple(p for p in own.pictures if p.file not in files)
        return dataclasses.replace(own, pictures=kept)

    return change(name, act, owner, data_dir)


def remove_class(name: str, owner: str, label: str, data_dir: Path | None = None) -> Own:
    """Delete a class with its pictures."""

    def act(own: Own) -> Own:
        kept = tuple(p for p in own.pictures if p.label != label)
        left = tuple(c for c in own.classes if c.id != label)
        return dataclasses.replace(own, classes=left, pictures=kept)

    return change(name, act, owner, data_dir)


def delete(name: str, owner: str, data_dir: Path | None = None) -> None:
    """The whole set with what has come and is not decoded yet; runs made of it are the
    caller's to delete (tlcore.runs.store.store)."""
    with _locked(data_dir):
        yours(name, owner, data_dir)
        place = folder(name, data_dir)
        gone = place.with_name(f"gone-{secrets.token_hex(8)}")
        os.replace(place, gone)  # no reader meets half a set
    shutil.rmtree(gone, ignore_errors=True)


def change(
    name: str, act: Callable[[Own], Own], owner: str | None = None, data_dir: Path | None = None
) -> Own:
    """Write what `act` makes of the set, and delete the pictures that it leaves out.

    `owner` None: for the worker.  Raises what `act` raises, and then nothing has changed.
    """
    with _locked(data_dir):
        before = read(name, data_dir) if owner is None else yours(name, owner, data_dir)
        after = act(before)
        _write(after, data_dir)
    place = folder(name, data_dir)
    for file in {p.file for p in before.pictures} - {p.file for p in after.pictures}:
        with contextlib.suppress(OSError):  # swept later (tlcore.data.own.own_batches)
            (place / file).unlink()
    return after


@contextlib.contextmanager
def _locked(data_dir: Path | None) -> Iterator[None]:
    """One lock for all sets: who holds it writes for some milliseconds."""
    place = (data_dir or paths.data_dir()) / "pictures"
    try:
        place.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(place / ".lock", timeout=PATIENCE):
            yield
    except filelock.Timeout:
        raise UserError("store.locked", path=str(place)) from None
    except OSError as error:
        reason = error.strerror or "?"
        told = disk_trouble(error, place)
        raise told or UserError("store.unwritable", path=str(place), reason=reason) from None


def _write(own: Own, data_dir: Path | None) -> None:
    """Whole or not at all."""
    place = folder(own.id, data_dir)
    place.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=place, prefix="set-", delete=False
    ) as file:
        json.dump(dataclasses.asdict(own), file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, place / FILE)
