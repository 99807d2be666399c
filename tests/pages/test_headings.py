"""Headings are how whoever cannot see a page finds their way: one title, then a step at a time."""

import re

import pytest

from pages.ui.frame.navigation import PAGES
from tests.nonempty import files_of
from tests.pages.reader import Reader
from tlcore.ground.paths import ROOT

LESSONS = files_of(ROOT / "assets" / "lessons", "**/*.md")


def levels(reader):
    """1 for a title, 2 for a header ..., in the order of the page."""
    tags = [getattr(node, "tag", None) for node in reader.nodes()]
    return [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", str(tag))]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_one_title_and_goes_down_one_step_at_a_time(house, page):
    found = levels(Reader(page))
    assert found.count(1) == 1
    assert found[0] == 1
    assert [(a, b) for a, b in zip(found, found[1:], strict=False) if b > a + 1] == []


@pytest.mark.parametrize("file", LESSONS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_lesson_has_no_heading_that_skips_a_step(file):
    """A section stands under a page's title: its own headings begin with the second step."""
    found = [len(m) for m in re.findall(r"^(#+) ", file.read_text(encoding="utf-8"), re.M)]
    assert [(a, b) for a, b in zip([1, *found], found, strict=False) if b > a + 1] == []
    assert 1 not in found
