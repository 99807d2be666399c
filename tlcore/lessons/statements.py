"""What the app claims to teach: each statement, the page and lesson that say it, its experiment.

assets/lessons/statements.json lists them; `check` says what in the list points nowhere, so a
lesson that is renamed, or a preset that is dropped, is noticed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from tlcore.ground.paths import ASSETS
from tlcore.runs import registry
from tlcore.runs.presets import Preset
from tlcore.words import i18n

FILE = ASSETS / "lessons" / "statements.json"


@dataclass(frozen=True)
class Statement:
    """`statement` is the number in the syllabus, or a few words for what stands beside it."""

    statement: str
    page: str
    section: str  # a file of assets/lessons/<language> without .md
    preset: str


@cache
def every() -> tuple[Statement, ...]:
    rows = json.loads(FILE.read_text(encoding="utf-8"))
    return tuple(Statement(**row) for row in rows)


@cache
def experiments() -> dict[str, Preset]:
    """Every preset by its id.  Raises ValueError where two bear the same one."""
    listed: list[Preset] = [preset for made in registry.presets() for preset in made]
    found = {preset.id: preset for preset in listed}
    if len(found) < len(listed):
        raise ValueError("two presets bear the same id")
    return found


def check(rows: Iterable[Statement], pages: Iterable[str]) -> list[str]:
    """What points nowhere, a line each; `pages` are those of the navigation."""
    known = set(pages)
    faults = []
    for row in rows:
        where = f"{row.statement} on {row.page}"
        if row.page not in known:
            faults.append(f"{where}: no such page")
        for language in i18n.LANGUAGES:
            if not (ASSETS / "lessons" / language / f"{row.section}.md").is_file():
                faults.append(f"{where}: no lesson {row.section} in {language}")
        if row.preset not in experiments():
            faults.append(f"{where}: no preset {row.preset}")
    return faults
