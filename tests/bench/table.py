"""The lines of the bench, as a Markdown table, and their place in README.md.

A line says where and when it was measured, so that a part of the bench can be run again alone: what
it did not measure stays as it stood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tlcore.ground import markdown as tables

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
HEADS = ("claim", "measured", "target", "conditions", "where and when")


@dataclass(frozen=True)
class Line:
    """One claim: what was measured, what is aimed at, and under which conditions it holds."""

    claim: str
    measured: str
    target: str
    conditions: str


Rows = Mapping[str, Sequence[str]]  # claim -> the cells of its row, the claim first


def rows(lines: Sequence[Line], where: str) -> Rows:
    return {
        line.claim: (line.claim, line.measured, line.target, line.conditions, where)
        for line in lines
    }


def read(text: str) -> Rows:
    """The rows between the marks of `text`."""
    _, _, rest = text.partition(BEGIN)
    inside, _, _ = rest.partition(END)
    found = [
        [cell.strip() for cell in line.strip("| ").split(" | ")]
        for line in inside.splitlines()
        if line.startswith("|") and not line.startswith(("| claim |", "| --- |"))
    ]
    return {row[0]: row for row in found}


def markdown(found: Rows, below: str) -> str:
    """The table, and one sentence below it that holds for all lines."""
    return f"{tables.table(HEADS, list(found.values()))}\n\n{below}\n"


def into(text: str, found: Rows, below: str) -> str:
    """`text` with these rows in its table: known ones in their places, new ones at the end."""
    return tables.into(text, markdown({**read(text), **found}, below), BEGIN, END)
