"""What was measured, as a file of lines that only grows: a cut costs one run.

It needs no package, so it can be written on a machine that has torch alone; several files can be
packed together (tlcore.experiments.matrix.grid.table).  A line is a point, or how near a data set
is ("similarity").
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tlcore import catalog
from tlcore.experiments.matrix.grid.points import Point

Row = dict[str, Any]
POINT = ("backbone", "data", "size", "strategy", "rate", "seed")


def read(file: Path) -> list[Row]:
    """The lines of a file, in order; none where there is none.  A last line that was cut off is
    left out: its run is measured again."""
    if not file.exists():
        return []
    lines = file.read_text(encoding="utf-8").split("\n")
    whole, cut = lines[:-1], lines[-1]
    if cut:
        file.write_text("".join(f"{line}\n" for line in whole), encoding="utf-8")
    return [json.loads(line) for line in whole]


def append(file: Path, row: Mapping[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(row, allow_nan=False) + "\n")


def point(row: Mapping[str, Any]) -> Point:
    return Point(**{name: row[name] for name in POINT})


def usable(row: Mapping[str, Any]) -> bool:
    """Measured with the weights that are here."""
    known = catalog.backbones().get(row["backbone"])
    return known is not None and row["weights"] == known.fingerprint


def merged(rows: Iterable[Row]) -> list[Row]:
    """One line a point and account, the last one; those of other weights are dropped."""
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        if usable(row):
            named = tuple(row.get(name) for name in (*POINT, "watched"))
            found[named] = row
    return list(found.values())
