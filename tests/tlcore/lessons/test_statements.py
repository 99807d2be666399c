"""Every statement of these lessons can be pointed to and read in both languages.

Statement -> page of the navigation -> lesson section that the page shows -> preset.  That each
preset runs is tried in test_presets.py.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pages.ui.frame import navigation
from pages.ui.frame.navigation import PAGES
from tlcore.ground.paths import ROOT
from tlcore.lessons import statements
from tlcore.lessons.statements import Statement

PRESETS = statements.experiments()
NUMBERED = {
    *map(str, range(1, 16)),
    "19",
    "20",
    "21",
    "22",
    "23",
    "24",
    "25",
    "26",
    "27",
    "28",
    "29",
    "30",
    "31",
}  # of these pages


def test_the_list_points_to_pages_lessons_and_presets_that_are_there():
    assert statements.check(statements.every(), PAGES) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("page", "nowhere"), ("section", "why_transfer.nothing"), ("preset", "why_transfer.nothing")],
)
def test_what_points_nowhere_is_told(field, value):
    row = {"statement": "1", "page": "why_transfer", "section": "why_transfer.lead"}
    row |= {"preset": "why_transfer.race", field: value}
    told = statements.check([Statement(**row)], PAGES)
    assert told
    assert all(value in line for line in told)


def test_every_numbered_statement_of_these_pages_and_every_preset_is_in_the_list():
    rows = statements.every()
    assert {row.statement for row in rows if row.statement.isdigit()} == NUMBERED
    assert {row.preset for row in rows} == set(PRESETS)


def test_a_preset_belongs_to_the_page_that_names_it():
    for row in statements.every():
        assert row.preset.split(".")[0] == row.section.split(".")[0] == row.page, row


def strings(file: Path, seen: set[Path]) -> set[str]:
    """Every text that stands in a page's source, or in what it imports of pages; f"{PAGE}.x"
    is read as the page that the file's own constant names."""
    if file in seen or not file.is_file():
        return set()
    seen.add(file)
    tree = ast.parse(file.read_text(encoding="utf-8"))
    constants = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            found.add("".join(_part(value, constants) for value in node.values))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pages."):
            folder = ROOT / node.module.replace(".", "/")
            for part in [folder, *(folder / alias.name for alias in node.names)]:
                found |= strings(part.with_suffix(".py"), seen)
    return found


def _part(node: ast.expr, constants: dict[str, object]) -> str:
    if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Name):
        return str(constants.get(node.value.id, "?"))
    return str(node.value) if isinstance(node, ast.Constant) else "?"


@pytest.mark.parametrize("page", sorted({row.page for row in statements.every()}))
def test_each_page_shows_the_lessons_that_its_statements_name(page):
    shown = strings(ROOT / navigation.page_file(page), set())
    named = {row.section for row in statements.every() if row.page == page}
    assert named - shown == set()
