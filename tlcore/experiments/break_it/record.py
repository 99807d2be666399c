"""What was recorded of the eight faults: in how many seeds each showed and was cured.  No torch.

`python -m tlcore break_it` writes the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tlcore import catalog
from tlcore.experiments.break_it import mishaps
from tlcore.experiments.break_it.mishaps import FAULTS, Fault
from tlcore.experiments.break_it.spec import BreakSpec
from tlcore.ground import recorded

FILE = recorded.FOLDER / "break_it.json"


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
    return recorded.read(file) or {"conditions": {}, "settings": {}, "runs": []}


def known(fault: Fault, file: Path = FILE) -> Count | None:
    """What was counted with the settings and the weights of today; None where nothing was."""
    found = read(file)
    if found["settings"].get(fault) != given(fault):
        return None
    weights = found["conditions"]["backbones"]
    specs = [BreakSpec(**settings) for settings in given(fault)]
    same = all(weights.get(s.backbone) == catalog.backbone(s.backbone).fingerprint for s in specs)
    return count(found, fault) if same else None


def given(fault: Fault) -> list[dict[str, Any]]:
    """Settings of the broken run and of its repair, as they are kept beside what was counted."""
    return [mishaps.settings(fault, repaired) for repaired in (False, True)]


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
