"""The lines of the bench, as a Markdown table, and their place in the README."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tlcore import markdown as tables

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"


@dataclass(frozen=True)
class Line:
    """One claim: what was measured, what is aimed at, and under which conditions it holds."""

    claim: str
    measured: str
    target: str
    conditions: str


def markdown(lines: Sequence[Line], below: str) -> str:
    """The table, and one sentence below it that holds for all lines."""
    rows = [[line.claim, line.measured, line.target, line.conditions] for line in lines]
    table = tables.table(("claim", "measured", "target", "conditions"), rows)
    return f"{table}\n\n{below}\n"


def into(text: str, table: str) -> str:
    return tables.into(text, table, BEGIN, END)
