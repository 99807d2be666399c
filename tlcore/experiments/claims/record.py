"""What was recorded of the claims: assets/evidence/claims.json, rows by claim and seed.  No torch.

`python -m tlcore claims` writes the file.  A row that another recording holds is read from there,
and completed by what was measured here; where both hold a number, the one measured here counts, for
differences are taken within a seed and within a recording.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from statistics import fmean
from typing import Any, Literal

from tlcore import catalog
from tlcore.experiments.claims import said as claims
from tlcore.experiments.claims.claim import Claim, Row, Status, Verdict
from tlcore.ground import machine, recorded

FILE = recorded.FOLDER / "claims.json"
Word = Status | Literal["unmeasured"]
File = dict[str, dict[str, Any]]  # claim -> what it was measured with, and "rows"


@dataclass(frozen=True)
class Found:
    """A claim with everything that is known of it; no verdict where nothing was recorded."""

    claim: Claim
    rows: Sequence[Row]
    conditions: Mapping[str, Any]  # of the rows measured for the claim itself; {}: none were

    @property
    def verdict(self) -> Verdict | None:
        return self.claim.judge(self.rows) if self.rows else None

    @property
    def seeds(self) -> int:
        """Those of which everything is known."""
        return sum(not lacking(self.claim, row) for row in self.rows)

    @property
    def word(self) -> Word:
        return "unmeasured" if self.verdict is None else self.decided(self.verdict.status)

    def decided(self, status: Status) -> Status:
        """Of the claim or of a part: with fewer seeds than the claim asks for, nothing is."""
        return status if self.seeds >= self.claim.seeds else "undecided"

    @property
    def seconds(self) -> float | None:
        """Of the processor, mean of a whole seed, wherever its numbers were measured."""
        known = [_cost(self.claim, row) for row in self.rows if not lacking(self.claim, row)]
        return fmean(known) if known else None


def _cost(claim: Claim, row: Row) -> float:
    """A recorded row says under "seconds" what each of its numbers took."""
    each: Mapping[str, float] = row.get("seconds", {})
    return float(row.get("cpu_seconds", 0)) + sum(each.get(key, 0) for key in claim.keys)


def read(file: Path = FILE) -> File:
    """Empty where nothing was recorded yet."""
    return recorded.read(file) or {}


def conditions(claim: Claim) -> dict[str, Any]:
    return {
        "machine": machine.name(),
        "torch": metadata.version("torch"),
        "backbone": catalog.backbone(claim.backbone).fingerprint,
        "settings": dict(claim.settings),
    }


def rows(claim: Claim, kept: File) -> list[Row]:
    """By seed.  What was measured at other sizes or of other weights is left out."""
    merged: dict[int, dict[str, Any]] = {}
    for row in (*(claim.recorded() if claim.recorded else ()), *own(claim, kept)):
        merged.setdefault(row["seed"], {}).update(row)
    return [merged[seed] for seed in sorted(merged)]


def own(claim: Claim, kept: File) -> list[dict[str, Any]]:
    """The rows measured for the claim itself."""
    entry = kept.get(claim.id, {})
    settings = json.loads(json.dumps(dict(claim.settings)))  # as a file holds them
    weights = catalog.backbone(claim.backbone).fingerprint
    if (entry.get("settings"), entry.get("backbone")) != (settings, weights):
        return []
    found: list[dict[str, Any]] = entry["rows"]
    return found


def found(claim: Claim, file: Path = FILE) -> Found:
    kept = read(file)
    mine = own(claim, kept)
    told = {k: v for k, v in kept[claim.id].items() if k != "rows"} if mine else {}
    return Found(claim, rows(claim, kept), told)


def every(file: Path = FILE) -> dict[str, Found]:
    """By id, in the order of the claims' numbers."""
    return {name: found(claim, file) for name, claim in claims.every().items()}


def lacking(claim: Claim, row: Row) -> tuple[str, ...]:
    return tuple(key for key in claim.keys if key not in row)


def missing(claim: Claim, seeds: int, kept: File) -> dict[int, tuple[str, ...]]:
    """Seeds of which no whole row is known -> what another recording lacks of them, and what that
    is compared with; () where nothing is known."""
    known = {row["seed"]: row for row in rows(claim, kept)}
    here = {row["seed"]: row for row in own(claim, kept)}
    told: dict[int, tuple[str, ...]] = {}
    for seed in range(seeds):
        row = known.get(seed)
        if row is None or (lacking(claim, row) and not claim.recorded):
            told[seed] = ()
        elif absent := _apart(claim, row, here.get(seed, {})):
            told[seed] = absent
    return told


def _apart(claim: Claim, row: Row, here: Row) -> tuple[str, ...]:
    """What a row lacks, and what was measured elsewhere only of what is compared with such."""
    absent = set(lacking(claim, row))
    for together in claim.compared:
        if any(key in absent or key in here for key in together):
            absent |= set(together) - set(here)
    return tuple(key for key in claim.keys if key in absent)


def _joined(parts: Sequence[Row]) -> Row:
    """One row of what was measured in turns; their seconds are added up."""
    row = {name: value for part in parts for name, value in part.items()}
    if "cpu_seconds" in row:
        row["cpu_seconds"] = round(sum(part.get("cpu_seconds", 0) for part in parts), 1)
    return row


def add(claim: Claim, row: Row, file: Path = FILE) -> None:
    """Into the file, whole or not at all; the seed's old row goes, but for what completes another
    recording; rows of other settings go."""
    kept = read(file)
    mine = own(claim, kept)
    others = [old for old in mine if old["seed"] != row["seed"]]
    if claim.recorded:
        row = _joined([*(old for old in mine if old["seed"] == row["seed"]), row])
    kept[claim.id] = conditions(claim) | {
        "rows": sorted([*others, dict(row)], key=lambda one: int(one["seed"]))
    }
    parts = []
    for name in (one for one in claims.every() if one in kept):  # in the order of their numbers
        head = json.dumps({k: v for k, v in kept[name].items() if k != "rows"})
        lines = ",\n   ".join(json.dumps(one) for one in kept[name]["rows"])
        parts.append(f'"{name}": {head[:-1]}, "rows": [\n   {lines}]}}')
    recorded.write(file, "{" + ",\n ".join(parts) + "}\n")
