"""All rows of a run as one tidy table: one line a row, one column a value.

Columns, in this order: `kind` (start, cache, step, epoch, result), `epoch`, `step`, `t` (seconds
since the run began), the plain values of a step (tlcore.training.values), of each other kind in the
order the rows tell them, then one column for each value of a group, named `<value>.<group>`:
`lr.head`, `grad_norm.block3`.  A cell is empty where a row has no such value: a frozen block has no
gradient, which is not 0.  A value below a name (seconds of the result) becomes `seconds.train`;
lists (classes, confusion, predictions) are JSON in one cell.  pandas: `read_csv(file).query("kind
== 'step'")`.
"""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from tlcore.experiments.export.subject import Subject
from tlcore.runs.run import Row
from tlcore.training import values

PLACE = ("kind", "epoch", "step", "t")


def make(subject: Subject, language: str) -> bytes:
    """UTF-8 with a header line; the same in every language."""
    lines = [flat(row) for row in subject.rows]
    first = [value.name for value in values.of_row("step") if not value.grouped]
    seen = dict.fromkeys((*PLACE, *first)) | {name: None for line in lines for name in line}
    plain = [name for name in seen if "." not in name]
    below = [name for name in seen if "." in name]
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, [*plain, *below], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return table.getvalue().encode()


def flat(row: Row) -> dict[str, Any]:
    """{"lr": {"head": .1}} becomes {"lr.head": .1}; None an empty cell; a list JSON."""
    cells: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            cells |= {f"{name}.{key}": cell for key, cell in flat(value).items()}
        elif isinstance(value, list):
            cells[name] = json.dumps(value, ensure_ascii=False)
        elif isinstance(value, bool):
            cells[name] = str(value).lower()
        else:
            cells[name] = "" if value is None else value
    return cells
