"""assets/evidence/grid.parquet: one row a measured point, its conditions in columns and metadata.

Whole or not at all, and read once a process.  Situations, verdicts, advice and regret are computed
from it; nothing of them is stored a second time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tlcore.experiments.matrix.grid import rows as lines
from tlcore.experiments.matrix.grid.points import Point
from tlcore.ground import recorded

KINDS = {  # column: its type, as pyarrow names it; words are stored once and numbered
    **dict.fromkeys(("backbone", "data", "strategy", "rate", "augment"), "word"),
    **dict.fromkeys(("device", "precision", "machine", "torch", "weights"), "word"),
    **dict.fromkeys(("size", "test_size", "learning_parameters"), "int32"),
    **dict.fromkeys(("classes", "seed", "epochs", "watched", "engine"), "int16"),
    **dict.fromkeys(("per_class", "difficulty", "cpu_seconds", "test_seconds", "load"), "float32"),
    **dict.fromkeys(("rate_value", "lr", "head_lr", "layer_decay", "test_accuracy"), "float64"),
}
_NAME = b"transfer-lab"  # of the metadata


@dataclass(frozen=True)
class Measured:
    """One row.  `test_accuracy` None: the run diverged."""

    point: Point
    per_class: float
    classes: int
    difficulty: float
    rate_value: float
    lr: float
    head_lr: float
    layer_decay: float
    epochs: int
    augment: str
    test_accuracy: float | None
    test_size: int
    watched: int  # validation pictures after each epoch: accounts with as many can be compared
    cpu_seconds: float
    test_seconds: float | None  # of them: the test pictures' pass; None: not told apart
    learning_parameters: int
    load: float | None  # of the machine meanwhile, per core; None: not known
    device: str
    precision: str
    machine: str
    torch: str
    engine: int
    weights: str

    @property
    def learning_seconds(self) -> float | None:
        """What the network costs whoever trains it: the test pictures only judge it, and weigh more
        than a head that learns 40 pictures does."""
        return None if self.test_seconds is None else self.cpu_seconds - self.test_seconds


@dataclass(frozen=True)
class Grid:
    """`similarity`: (backbone, data) -> 0 unlike .. 1 alike."""

    rows: tuple[Measured, ...]
    similarity: Mapping[tuple[str, str], float]


def file() -> Path:
    return recorded.FOLDER / "grid.parquet"


def pack(found: Iterable[Mapping[str, Any]], into: Path) -> int:
    """Write points and similarities; returns how many points there are."""
    import pyarrow as pa
    from pyarrow import parquet

    given = list(found)
    near = {(r["backbone"], r["data"]): r for r in given if _is_near(r) and lines.usable(r)}
    points = lines.merged(dict(r) for r in given if not _is_near(r))
    points.sort(key=lambda r: tuple(r[name] for name in lines.POINT) + (r["watched"],))
    words = pa.dictionary(pa.int8(), pa.string())
    schema = pa.schema(
        [(name, words if kind == "word" else kind) for name, kind in KINDS.items()],
        metadata={_NAME: json.dumps({"similarity": list(near.values())})},
    )
    into.parent.mkdir(parents=True, exist_ok=True)
    beside = into.with_suffix(".part")
    parquet.write_table(pa.Table.from_pylist(points, schema), beside, compression="zstd")
    os.replace(beside, into)
    return len(points)


def unpacked(packed: Path) -> list[dict[str, Any]]:
    """The lines that a file was packed from: what a later part is merged with."""
    from pyarrow import parquet

    if not packed.exists():
        return []
    table = parquet.read_table(packed)
    near: list[dict[str, Any]] = json.loads(table.schema.metadata[_NAME])["similarity"]
    points: list[dict[str, Any]] = table.to_pylist()
    for row in points:
        row["difficulty"] = round(row["difficulty"], 4)  # four bytes hold 0.6 as 0.6000000238
    return near + points


@cache
def read(packed: Path) -> Grid:
    """Points measured with the weights that are here; nothing where there is no file."""
    found = [row for row in unpacked(packed) if lines.usable(row)]
    near = {(r["backbone"], r["data"]): r["similarity"] for r in found if _is_near(r)}
    return Grid(tuple(_row(row) for row in found if not _is_near(row)), near)


def shipped() -> Grid:
    return read(file())


def _row(row: dict[str, Any]) -> Measured:
    rest = {name: value for name, value in row.items() if name not in lines.POINT}
    return Measured(lines.point(row), **rest)


def _is_near(row: Mapping[str, Any]) -> bool:
    return row.get("kind") == "similarity"
