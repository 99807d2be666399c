"""README.md and what it leads to: short, its links lead somewhere, its commands exist."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from pages.ui.frame import navigation
from tests.nonempty import files_of
from tlcore.__main__ import PRETRAINED, commands
from tlcore.ground.paths import ROOT
from tlcore.words import i18n

PARTS = ("assets", "pages", "tlcore", "tests")
PAGES = [
    path
    for path in files_of(
        ROOT, "*.md", "assets/**/*.md", "pages/**/*.md", "tlcore/**/*.md", "tests/**/*.md"
    )
    if "lessons" not in path.parts
]
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"python -m tlcore ([a-z_]+)(?: ([a-z]+))?")
MODULE = re.compile(r"python -m ((?:tests|pages)[a-z_.]*)")


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "most"), [("README.md", 150), ("CONTRIBUTING.md", 80)])
def test_it_is_short(name: str, most: int) -> None:
    assert len(text(ROOT / name).splitlines()) <= most


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_and_commands_exist(page: Path) -> None:
    for link in LINK.findall(text(page)):
        if not link.startswith(("http", "#")):
            assert (page.parent / link.split("#")[0]).exists(), link
    known = commands()[1]
    for command, name in COMMAND.findall(text(page)):
        assert command in known, command
        assert command != "pretrain" or name in PRETRAINED, name
    for module in MODULE.findall(text(page)):
        assert importlib.util.find_spec(module), module


def test_the_files_that_a_recipe_names_are_there() -> None:
    """But for those with a blank to fill in, as pages/<section>/<name>.py."""
    named = re.findall(r"`((?:assets|pages|tests|tlcore)/[^`\s]*)`", text(ROOT / "CONTRIBUTING.md"))
    whole = [name for name in named if not set("<*") & set(name)]
    assert len(whole) > 50
    assert [name for name in whole if not (ROOT / name).exists()] == []


def test_everything_that_stands_beside_something_is_led_to_from_readme() -> None:
    near = {(ROOT / link).resolve() for link in LINK.findall(text(ROOT / "README.md"))}
    assert [page for page in PAGES if page != ROOT / "README.md" and page not in near] == []


def test_every_page_is_told_of_by_its_name() -> None:
    words, told = i18n.texts("en"), text(ROOT / "pages" / "README.md").lower()
    names = [name for section in navigation.SECTIONS.values() for name in section]
    assert [name for name in names if words[f"page.{name}"].lower() not in told] == []


def test_every_command_is_told_of() -> None:
    told = text(ROOT / "tlcore" / "README.md")
    assert [name for name in commands()[1] if f"`python -m tlcore {name}" not in told] == []
