"""Keeping and removing a reader's own texts: whose they are, how many, how long they lie there.

Two readers who bring the same share one set (tlcore.catalog.own_texts); it goes when both have
removed it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path

from tlcore.catalog.own_texts import DAY, FOLDER, NAME, folder
from tlcore.data.own.text_csv import Table
from tlcore.ground import bounds
from tlcore.ground.errors import UserError


def keep(table: Table, owner: str) -> str:
    """Write texts and labels; returns the id of the set.

    Raises UserError: store.unwritable, text_csv.many (limit), text_csv.full.
    """
    told = json.dumps([table.texts, table.labels], ensure_ascii=False)
    name = "texts-" + hashlib.sha256(told.encode()).hexdigest()[:32]
    where = folder()
    if not (where / f"{name}.json").exists():
        _check_room(where, owner)
    try:
        owners = _owners(name)
        owners.mkdir(parents=True, exist_ok=True)
        (owners / owner).touch()
        with tempfile.NamedTemporaryFile("w", dir=where, delete=False, encoding="utf-8") as file:
            file.write(told)
        os.replace(file.name, where / f"{name}.json")
    except OSError as error:
        reason = error.strerror or "?"
        raise UserError("store.unwritable", path=str(where), reason=reason) from None
    return name


def remove(name: str, owner: str) -> None:
    """Delete them where nobody else has brought the same; runs that were trained on them keep what
    they show."""
    if not NAME.fullmatch(name):
        return
    owners = _owners(name)
    with contextlib.suppress(OSError):  # others have it too, or it is from before owners counted
        (owners / owner).unlink()
        owners.rmdir()
    if not owners.exists():
        (folder() / f"{name}.json").unlink(missing_ok=True)


def drop_old(data_dir: Path, now: float) -> None:
    """Delete the sets that nobody has read for bounds.TEXTS_DAYS.  `now`: seconds since 1970."""
    for file in (data_dir / FOLDER).glob("texts-*.json"):
        if now - file.stat().st_mtime > bounds.TEXTS_DAYS * DAY:
            file.unlink(missing_ok=True)
            shutil.rmtree(file.with_suffix(".owners"), ignore_errors=True)


def _check_room(where: Path, owner: str) -> None:
    if sum(1 for _ in where.glob(f"*.owners/{owner}")) >= bounds.VISITOR_TEXTS:
        raise UserError("text_csv.many", limit=bounds.VISITOR_TEXTS)
    if sum(file.stat().st_size for file in where.glob("*.json")) > bounds.ALL_TEXTS:
        raise UserError("text_csv.full")


def _owners(name: str) -> Path:
    """A folder with an empty file for each reader who has brought this set."""
    return folder() / f"{name}.owners"
