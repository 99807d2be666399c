"""The shape of pages/: a page is a folder, and its parts are its own.

Everything is found by place: whoever adds a page or a room need not come here.
"""

import ast
from collections import Counter

import pytest

from pages.ui.frame import navigation
from tests.imports import imported
from tests.nonempty import files_of
from tlcore.ground.paths import ROOT

PAGES = ROOT / "pages"
FILES = files_of(PAGES, "**/*.py")
SCRIPTS = [file for file in FILES if file.name == "page.py"]


def named(folder):
    return folder.relative_to(ROOT).as_posix()


def imports(file):
    """The modules that a file imports, at its top or in a function."""
    return imported(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))


def page_of(place):
    """ "lab.compare" of pages.lab.compare.page.verdict; None of what pages share."""
    match place:
        case ["pages", section, page, *_] if section != "ui":
            return f"{section}.{page}"
    return None


def foreign(file):
    """Parts of a page that this file imports and that are not its own page's."""
    own = page_of(file.relative_to(ROOT).parts[:3])
    pages = {name: page_of(name.split(".")) for name in imports(file)}
    return sorted(name for name, page in pages.items() if page not in (None, own))


def test_every_page_of_the_navigation_is_a_folder_and_every_folder_is_in_the_navigation():
    there = Counter(file.parent.parent.name for file in SCRIPTS)
    assert there == {section: len(names) for section, names in navigation.SECTIONS.items()}
    for section, names in navigation.SECTIONS.items():
        assert {file.parent.name for file in files_of(PAGES / section, "*/page.py")} == set(names)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda file: file.parent.name)
def test_a_page_is_short(script):
    assert len(script.read_text(encoding="utf-8").splitlines()) < 100


def test_parts_of_a_page_are_imported_by_no_other():
    wrong = {named(file): found for file in FILES if (found := foreign(file))}
    assert not wrong, f"what a second page imports moves to pages/ui in the same commit: {wrong}"


def test_what_pages_share_is_shared():
    """A module of pages/ui that one page alone reaches belongs beside that page."""
    users = {}
    for file in [ROOT / "app.py", *FILES]:
        own = page_of(file.relative_to(ROOT).parts[:3]) or "ui"
        for name in imports(file):
            users.setdefault(name, set()).add(own)
            users.setdefault(name.rpartition(".")[0], set()).add(own)
    alone = {}
    for file in files_of(PAGES / "ui", "*/*.py"):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        found = users.get(name, set())
        if len(found) == 1 and "ui" not in found:
            alone[name] = found
    assert not alone, f"these go to the folder of their page: {alone}"


def test_nobody_imports_the_script_of_a_page():
    """To import it is to draw it."""
    wrong = {named(file): name for file in FILES for name in imports(file) if ".page" in name}
    wrong = {file: name for file, name in wrong.items() if name.split(".")[-1] == "page"}
    assert not wrong


def test_a_shared_script_or_style_has_a_name_of_its_own():
    """Components find what they share by name alone (pages/ui/frame/bundle.py)."""
    names = Counter(file.name for file in files_of(PAGES / "ui", "**/*.js", "**/*.css"))
    assert [name for name, count in names.items() if count > 1] == []


def test_what_lies_beside_a_page_is_used_there():
    """A script or style without a user is dead; of another page's, private."""
    for file in files_of(PAGES, "*/*/*.js", "*/*/*.css"):
        if "ui" in file.relative_to(PAGES).parts[:1]:
            continue
        texts = [part.read_text(encoding="utf-8") for part in files_of(file.parent, "*.py")]
        beside = file.with_suffix(".py").exists()
        assert beside or any(f'"{file.stem}"' in text for text in texts), named(file)
