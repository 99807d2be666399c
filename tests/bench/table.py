"""The lines of the bench, as a Markdown table, and their place in the README."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    rows = [["claim", "measured", "target", "conditions"], ["---"] * 4]
    rows += [[line.claim, line.measured, line.target, line.conditions] for line in lines]
    table = "\n".join(
        "| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows
    )
    return f"{table}\n\n{below}\n"


def into(text: str, table: str) -> str:
    """`text` with what stands between the two marks replaced."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"no {BEGIN} ... {END}")
    return f"{before}{BEGIN}\n{table}{END}{after}"
