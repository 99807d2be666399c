"""Markdown: text that stays text, tables, and their place between two marks.  Standard library."""

from __future__ import annotations

import re
from collections.abc import Sequence

# What GitHub's Markdown makes a link of without being asked: here a joiner of no width follows.
_ADDRESS = re.compile(r"https?:(?=//)|www(?=\.)|@", re.IGNORECASE)


def plain(text: str) -> str:
    """Text that Markdown shows as it is.  What a link, a disk or a reader said must not become a
    picture from another host, a link, or a folder whose underscores are gone."""
    text = _ADDRESS.sub("\\g<0>\u2060", text)  # no backslash keeps a bare address from being linked
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


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
