"""A reader's own texts as a data set: kept under the name of their bytes, in three fixed parts.

The name is a sha256 that nobody can guess who has not the texts: another reader finds them only by
a link.  They lie in this app's data folder and go nowhere else.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import re
import shutil
import tempfile
import time
from functools import lru_cache
from pathlib import Path

from tlcore import bounds, paths
from tlcore.catalog import DatasetRow
from tlcore.errors import UserError
from tlcore.text_csv import Table
from tlcore.text_sets import Labelled, TextSet

FOLDER, DAY = "texts", 86_400.0
NAME = re.compile(r"texts-[0-9a-f]{32}")
VAL, TEST = 0.15, 0.25  # of each label; the rest is the pool


def keep(table: Table, owner: str) -> str:
    """Write texts and labels; returns the id of the set.

    Raises UserError: store.unwritable, text_csv.many (limit), text_csv.full.
    """
    told = json.dumps([table.texts, table.labels], ensure_ascii=False)
    name = "texts-" + hashlib.sha256(told.encode()).hexdigest()[:32]
    where = _folder()
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
        (_folder() / f"{name}.json").unlink(missing_ok=True)


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
    return _folder() / f"{name}.owners"


def read(name: str) -> TextSet:
    """Raises UserError("text_csv.gone")."""
    try:
        if not NAME.fullmatch(name):
            raise OSError
        path = _folder() / f"{name}.json"
        content = path.read_text(encoding="utf-8")
        if time.time() - path.stat().st_mtime > DAY:
            os.utime(path)  # it is in use
        return _parts(content)
    except (OSError, ValueError, TypeError):
        raise UserError("text_csv.gone") from None


@lru_cache(maxsize=16)
def _parts(content: str) -> TextSet:
    """Equal shares of each label in each part, drawn by lot once: the same in every run."""
    texts, labels = json.loads(content)
    classes = tuple(sorted(set(labels)))
    lot = random.Random(0)
    places: dict[str, list[int]] = {"pool": [], "val": [], "test": []}
    for label in classes:
        members = [i for i, own in enumerate(labels) if own == label]
        lot.shuffle(members)
        test = max(1, round(TEST * len(members)))
        val = max(1, round(VAL * len(members)))
        places["test"] += members[:test]
        places["val"] += members[test : test + val]
        places["pool"] += members[test + val :]

    def part(name: str) -> Labelled:
        chosen = sorted(places[name])
        return Labelled(
            tuple(texts[i] for i in chosen), tuple(classes.index(labels[i]) for i in chosen)
        )

    return TextSet(classes, part("pool"), part("val"), part("test"))


def row(name: str) -> DatasetRow:
    """The facts that a fine-tune needs.  Raises UserError("text_csv.gone")."""
    found = read(name)
    return DatasetRow(
        id=name,
        classes=found.classes,
        train_pool=len(found.pool),
        val=len(found.val),
        test=len(found.test),
        size=0,
        channels=0,
        fingerprint=name.removeprefix("texts-"),
        licence="",
        origin="",
        source="own",
        modality="text",
    )


def _folder() -> Path:
    return paths.data_dir() / FOLDER
