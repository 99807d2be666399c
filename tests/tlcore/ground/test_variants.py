"""One table of ways to learn: it is whole, and nobody beside it asks for a way by its name."""

import ast
from typing import get_args

import pytest

from tests.nonempty import files_of
from tlcore.ground.paths import ROOT
from tlcore.ground.variants import VARIANTS, Learns
from tlcore.words import i18n

NAMES = set(get_args(Learns))
FILES = files_of(ROOT, "tlcore/**/*.py", "pages/**/*.py")


def asked_by_name(source: str) -> list[str]:
    """Names of ways that stand in a comparison with something called `learns`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        asks = node.subject if isinstance(node, ast.Match) else node
        if isinstance(node, ast.Compare | ast.Match) and "learns" in ast.unparse(asks):
            inside = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)}
            found += sorted(NAMES & inside)
    return found


def test_nobody_beside_the_table_asks_for_a_way_by_its_name():
    assert len(FILES) > 300
    asked = {f.name: names for f in FILES if (names := asked_by_name(f.read_text("utf-8")))}
    assert asked == {}
    assert asked_by_name("plan.learns == 'lora'") == ["lora"]
    assert asked_by_name("spec.get('learns') in ('adapters', 'x')") == ["adapters"]
    assert asked_by_name("match p.learns:\n case 'lora': pass") == ["lora"]
    scripts = {f.name: f.read_text("utf-8") for f in files_of(ROOT, "pages/**/*.js")}
    assert len(scripts) > 10
    odd = NAMES - {"blocks"}  # a word of every picture of a network
    assert [f for f, text in scripts.items() if any(f'"{name}"' in text for name in odd)] == []


def test_every_way_has_its_row():
    assert set(VARIANTS) == NAMES
    assert all(name == row.name for name, row in VARIANTS.items())
    fields = [field for row in VARIANTS.values() for field in (row.added, row.own) if field]
    assert len(fields) == len(set(fields)), "each has fields of its own in catalog.json"


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_row_has_its_texts(language):
    texts = i18n.texts(language)
    for name, row in VARIANTS.items():
        wanted = ["choice"]
        wanted += ["title", "from", "about", "plan"] if row.source else []
        wanted += ["again.title", "again.text"] if row.parts or row.measures else []
        wanted += ["of_texts", "of_texts.about"] if row.lr_of_texts else []
        assert [w for w in wanted if f"variant.{name}.{w}" not in texts] == [], name
        assert not row.parts or f"blocks.state.{name}" in texts, name
