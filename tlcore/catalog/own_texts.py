"""A reader's own texts as a data set: kept under the name of their bytes, in three fixed parts.

The name is a sha256 that nobody can guess who has not the texts: another reader finds them only by
a link.  They lie in this app's data folder and go nowhere else.
"""

from __future__ import annotations

import json
import os
import random
import re
import time
from functools import lru_cache
from pathlib import Path

from tlcore.catalog.catalog_rows import DatasetRow
from tlcore.catalog.labelled import Labelled, TextSet
from tlcore.ground import paths
from tlcore.ground.errors import UserError

FOLDER, DAY = "texts", 86_400.0
NAME = re.compile(r"texts-[0-9a-f]{32}")
VAL, TEST = 0.15, 0.25  # of each label; the rest is the pool


def read(name: str) -> TextSet:
    """Raises UserError("text_csv.gone")."""
    try:
        if not NAME.fullmatch(name):
            raise OSError
        path = folder() / f"{name}.json"
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


def folder() -> Path:
    """Where all sets lie."""
    return paths.data_dir() / FOLDER
