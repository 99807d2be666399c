"""Names are kept as their reader meant them, and as nothing else."""

import unicodedata

import pytest

from tests.hostile.corpus import BAD_NAMES
from tlcore.data.own import own_names
from tlcore.ground.errors import UserError


@pytest.mark.parametrize("text", BAD_NAMES)
def test_whatever_a_name_is_made_of_it_is_short_and_has_no_hidden_marks(text):
    for name in (own_names.tidy(text), own_names.file(text)):
        assert len(name) <= 40
        assert not [c for c in name if unicodedata.category(c).startswith("C")]
        assert unicodedata.is_normalized("NFC", name)
        assert name == name.strip()
    assert own_names.file(text)
    assert "/" not in own_names.file(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  roses  and\ttulips ", "roses and tulips"),
        ("\u1112\u1161\u11ab", "한"),  # as macOS writes it
        ("<b>cat</b>", "<b>cat</b>"),  # the page escapes; the name stays what it is
        ("A&B: 'x'", "A&B: 'x'"),
        ("ab\u202ecd\u200b", "abcd"),
        ("🦉", "🦉"),
    ],
)
def test_a_class_keeps_its_name(text, name):
    assert own_names.label(text) == name


@pytest.mark.parametrize("text", ["", " ", "...", "\u202e\u200b", "../..", "-"])
def test_a_class_needs_a_name_with_something_in_it(text):
    with pytest.raises(UserError, match="own.no_name"):
        own_names.label(text)


def test_a_long_file_name_keeps_its_kind():
    assert own_names.file("C:\\pictures\\" + "n" * 90 + ".jpeg") == "n" * 34 + "….jpeg"
    assert own_names.file("a/b/c.png") == "c.png"
