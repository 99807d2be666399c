"""Tables in Markdown, and their place between two marks of a text.  Standard library only."""

from __future__ import annotations

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A bar in a cell would end it, so it becomes a slash."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "/") for cell in line) + " |" for line in lines
    )


def into(text: str, content: str, begin: str, end: str) -> str:
    """`text` with what stands between the two marks replaced."""
    before, opened, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not opened or not closed:
        raise ValueError(f"no {begin} ... {end}")
    return f"{before}{begin}\n{content}{end}{after}"
