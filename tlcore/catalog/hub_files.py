"""Files of a model of the hub on this disk: recorded, and checked at every start.

`hub/<backbone>/record.json` under the data folder says what was fetched
(tlcore.fetching.hub_fetch): repository, commit, and for each file its sha256, its size, and the
hash that the hub stated for it.  A file is read only if it still has the sha256 of the record; that
is computed once after each start of the machine (tlcore.catalog.whole_files).  Who can write both,
file and record, can change both: this finds damage and mistakes, no burglar.  No torch here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tlcore.catalog import hub, whole_files
from tlcore.catalog.hub import FILES, RECORD, REPOS, WEIGHTS
from tlcore.ground.errors import UserError
from tlcore.ground.paths import data_dir


def folder(name: str) -> Path:
    return data_dir() / "hub" / name


def present(name: str) -> bool:
    """Whether all files and their record are there; whether they are whole is told by `file`."""
    return all((folder(name) / each).is_file() for each in (RECORD, *FILES))


def file(name: str, which: str) -> Path:
    """A file of the model, whole, and the others with it: each is hashed on the first use since the
    machine started.

    Raises UserError: hub.absent (backbone, repo), hub.record (backbone: a record that cannot be
    right), weights.set_aside (file: it has another hash than was recorded).
    """
    if not present(name):
        raise absent(name)
    for each, known in record(name)["files"].items():
        path = folder(name) / each
        try:
            digest = whole_files.sha256_of(path)
        except OSError:
            raise absent(name) from None
        if digest != known["sha256"]:
            whole_files.set_aside(path)
            raise UserError("weights.set_aside", file=f"{name}/{each}")
    return folder(name) / which


def record(name: str) -> Mapping[str, Any]:
    """What was fetched.  Raises UserError("hub.record"), and sets aside what cannot be right."""
    path = folder(name) / RECORD
    if not path.exists():
        raise absent(name)
    found = _read(name)
    if found is None:
        whole_files.set_aside(path)
        raise UserError("hub.record", backbone=name)
    return found


def _read(name: str) -> Mapping[str, Any] | None:
    """The record, or None where it is not there or cannot be right."""
    try:
        text = (folder(name) / RECORD).read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
        sound = found["repo"] == REPOS[name].id and set(found["files"]) == set(FILES)
        sound = sound and all(map(_sound, found["files"].values()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return found if sound else None


def _sound(told: Mapping[str, Any]) -> bool:
    """The two hashes of one file cannot contradict each other."""
    algorithm, form = hub.HASHES[told["stated_by"]]
    one = algorithm != "sha256" or told["stated"] == told["sha256"]
    right = re.fullmatch(r"[0-9a-f]{64}", told["sha256"]) and re.fullmatch(form, told["stated"])
    return bool(right) and one


def weights(name: str) -> str:
    """The sha256 that names the weights; "" before they are here.  Only told: nothing is checked,
    and nothing set aside without a word."""
    found = _read(name)
    return "" if found is None else str(found["files"][WEIGHTS]["sha256"])


def absent(name: str) -> UserError:
    return UserError("hub.absent", backbone=name, repo=REPOS[name].id)
