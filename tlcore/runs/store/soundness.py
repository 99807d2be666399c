"""Whether a record of the store can be what it says it is.

SQLite notices a page that makes no sense, not a byte that changed within a value; a status that
there is not, or JSON that is none, is damage all the same.
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from tlcore.runs.run import LEGAL
from tlcore.runs.store.tables import VERSION, metadata

ID = re.compile(r"[0-9a-f]{32}")
QUESTION = re.compile(r"[a-z0-9_.]{1,60}")
LANES = ("cpu", "gpu", "quick", "fetch")
JSON = ("spec", "compute", "error_values", "brief", "result")  # columns of a run
NEWEST = VERSION + 1000  # no version of the app will write a higher number into a file


class Damaged(ValueError):
    """A record cannot be what it says: the file is not to be trusted any more."""


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _whole(value: Any) -> bool:
    return isinstance(value, int)


def _text(value: Any) -> bool:
    return isinstance(value, str) and "\ufffd" not in value


def _or_none(rule: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or rule(value)


def _mapping(value: Any) -> bool:
    return isinstance(value, dict)


def _result(value: Any) -> bool:
    return isinstance(value, dict) and value.get("status") in LEGAL


RULES: dict[str, Callable[[Any], bool]] = {
    "id": lambda value: isinstance(value, str) and ID.fullmatch(value) is not None,
    "hash": _text,
    "kind": _text,
    "of": _or_none(_text),
    "status": lambda value: value in LEGAL,
    "user": _text,
    "created": _number,
    "started": _or_none(_number),
    "ended": _or_none(_number),
    "attempt": _whole,
    "deaths": _whole,
    "lane": lambda value: value in LANES,
    "priority": _whole,
    "estimate": _or_none(_number),
    "used": _number,
    "spec": _mapping,
    "compute": _mapping,
    "error_key": _or_none(_text),
    "error_values": _or_none(_mapping),
    "brief": _or_none(_result),
    "result": _or_none(_result),
}


def sound(values: Mapping[str, Any]) -> bool:
    """Whether these columns of a run, JSON already read, are possible."""
    return all(rule(values[name]) for name, rule in RULES.items() if name in values)


def sound_answer(values: Mapping[str, Any]) -> bool:
    """Whether this is an answer to a question, as SQLite tells it: of a damaged file whose table
    has moved, anything may stand there."""
    option, given = values.get("option"), values.get("given")
    texts = _text(values.get("user")) and QUESTION.fullmatch(str(values.get("question")))
    return bool(texts) and _number(given) and (option is None or _whole(option))


def check(record: Any) -> Any:
    """The record of a run, as SQLAlchemy tells it; raises Damaged."""
    if not sound(record._mapping):
        raise Damaged("runs")
    return record


def decoded(values: Mapping[str, Any]) -> dict[str, Any]:
    """A run as SQLite tells it, with its JSON read.  Raises ValueError or TypeError."""
    return {
        name: json.loads(value) if name in JSON and value is not None else value
        for name, value in values.items()
    }


def whole(path: Path) -> bool:
    """Whether the file is there, and a store of this version whose pages and runs make sense."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as found:
            return _makes_sense(found)
    except (sqlite3.Error, ValueError, TypeError, MemoryError):
        return False


def _makes_sense(connection: sqlite3.Connection) -> bool:
    connection.row_factory = sqlite3.Row
    names = {row["name"] for row in connection.execute("SELECT name FROM sqlite_master")}
    if not metadata.tables.keys() <= names:
        return False
    if connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
        return False
    return all(sound(decoded(dict(row))) for row in connection.execute("SELECT * FROM runs"))
