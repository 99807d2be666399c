"""What was recorded of the eight faults: in how many seeds each showed and was cured.  No torch.

`python -m tlcore break_it` writes the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tlcore.mishaps import FAULTS, Fault
from tlcore.paths import ASSETS

FILE = ASSETS / "evidence" / "break_it.json"


@dataclass(frozen=True)
class Count:
    """Of so many `seeds`: the symptom was there; the repair took it away and helped; another
    fault's rule fired as well; the symptom was there in the repaired run."""

    seeds: int
    shows: int
    cured: int
    others: int
    repaired_shows: int
    seconds: float  # of the processor, mean of a broken run


def read(file: Path = FILE) -> dict[str, Any]:
    """Empty where nothing was recorded yet."""
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"conditions": {}, "settings": {}, "runs": []}
    return found


def count(found: Mapping[str, Any], fault: Fault) -> Count | None:
    """None where no seed of this fault was recorded."""
    runs = [run for run in found["runs"] if run["fault"] == fault]
    if not runs:
        return None
    return Count(
        len(runs),
        sum(fault in run["shows"] for run in runs),
        sum(run["cured"] for run in runs),
        sum(bool(set(run["shows"]) - {fault}) for run in runs),
        sum(fault in run["repaired_shows"] for run in runs),
        round(sum(run["seconds"][0] for run in runs) / len(runs), 2),
    )


def table(found: Mapping[str, Any]) -> str:
    """As Markdown, a fault a line."""
    heads = ("fault", "seeds", "shows", "cured", "also another", "repaired shows", "CPU s")
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for fault in FAULTS:
        if told := count(found, fault):
            cells = (told.seeds, told.shows, told.cured, told.others, told.repaired_shows)
            lines.append(f"| {fault} | " + " | ".join(map(str, cells)) + f" | {told.seconds} |")
    return "\n".join(lines)
