"""No test looks at what a pattern finds without saying what it means that it finds nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.nonempty import files_of
from tlcore.ground.paths import ROOT

TESTS = [path for path in files_of(ROOT / "tests", "**/*.py") if path.name != "nonempty.py"]


def silent(source: str) -> Iterator[int]:
    """Lines with a glob that may find nothing unnoticed: neither in what is asserted, nor unpacked
    into one name, nor for "*", which cannot be misspelt."""
    tree = ast.parse(source)
    loud = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert)
        or (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.List))
    ]
    said = {id(inner) for node in loud for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("glob", "rglob"):
            anything = isinstance(node.args[0], ast.Constant) and node.args[0].value == "*"
            if id(node) not in said and not anything:
                yield node.lineno


@pytest.mark.usefixtures("unhurried")
def test_a_pattern_that_finds_nothing_is_loud() -> None:
    quiet = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in TESTS
        for line in silent(file.read_text(encoding="utf-8"))
    ]
    assert quiet == [], "tests.nonempty.files_of fails where nothing is found"


def test_a_pattern_for_nothing_fails_and_a_silent_one_is_seen(tmp_path: Path) -> None:
    (tmp_path / "one.py").touch()
    assert [path.name for path in files_of(tmp_path, "**/*.py")] == ["one.py"]
    with pytest.raises(AssertionError, match=r"\*\.js"):
        files_of(tmp_path, "*.py", "*.js")
    assert list(silent("for f in place.glob('*.py'):\n    assert f")) == [1]
    assert list(silent("assert not list(place.glob('*.py'))\n[one] = place.rglob('*.py')")) == []
