"""The glossary, and the links of the lessons that lead to it."""

import re

import pytest

from pages.ui.frame import term_links
from tests.pages.reader import Reader
from tlcore.words import glossary, i18n


def bodies(reader):
    return [m.value for m in reader.app.markdown]


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_term_stands_there_with_its_sentence(house, language):
    told = "\n".join(bodies(Reader("glossary", language)))
    for term in glossary.terms(language).values():
        assert f"**{term.word}**" in told
        assert term.short in told


def test_korean_words_stand_beside_the_english_ones(house):
    assert "**동결 깊이** (freeze depth):" in "\n".join(bodies(Reader("glossary", "ko")))


def test_a_search_leaves_what_it_finds_and_says_when_it_finds_nothing(house):
    page = Reader("glossary").choose("glossary.find", "freeze depth")
    assert "**epoch**" not in "\n".join(bodies(page))
    assert "**freeze depth**" in "\n".join(bodies(page))
    page.choose("glossary.find", "no such word")
    assert i18n.t("glossary.nothing", "en") in bodies(page)


def test_a_link_opens_the_glossary_at_its_word(house):
    page = Reader("glossary", term="freeze depth")
    assert [s.value for s in page.app.header][0] == "freeze depth"
    links = [n.proto.page for n in page.nodes() if n.type == "page_link"]
    assert links == ["fine_tune"]
    again = Reader("glossary", "ko", term="freeze depth")
    assert [s.value for s in again.app.header][0] == "동결 깊이 (freeze depth)"


def test_a_word_that_is_none_opens_the_list(house):
    page = Reader("glossary", term="<script>")
    assert [n for n in page.nodes() if n.type == "page_link"] == []
    assert page.errors == []


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_lesson_links_a_word_where_the_page_uses_it_first(house, language):
    term_links.forget()
    first = term_links.linked("a", "[[block]] [[block|blocks]]", language)
    later = term_links.linked("b", "[[block]] [[head]]", language)
    again = term_links.linked("a", "[[block]] [[block|blocks]]", language)  # a fragment runs anew
    told = glossary.terms(language)["block"].short
    assert first == f'[block](/glossary?lang={language}&term=block "{told}") blocks'
    assert later.startswith("block [head](")
    assert again == first


def test_pages_show_links_and_no_marks(house):
    for page in ("fine_tune", "my_dataset", "matrix"):
        reader = Reader(page)
        shown = " ".join(bodies(reader))
        assert "[[" not in shown
        assert len(re.findall(r"\(/glossary\?", shown)) >= (page != "matrix")
