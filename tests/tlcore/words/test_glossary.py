"""The words of the field: in every language, short enough for a link's title."""

import re

import pytest

from pages.ui.frame import navigation
from tests.nonempty import files_of
from tlcore.ground.paths import ASSETS
from tlcore.words import glossary, i18n

LESSONS = [(file.stem, file.parent.name) for file in files_of(ASSETS, "lessons/*/*.md")]


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_term_has_one_plain_sentence(language):
    terms = glossary.terms(language)
    assert len(terms) > 60
    for term in terms.values():
        assert term.word
        assert 10 < len(term.short) < 120, term.id
        assert term.short[-1] in ".?", term.id
        assert not re.search(r'["\[\]*_`\n]', term.short), term.id  # it is the title of a link


def test_korean_words_are_korean_or_a_name():
    terms = glossary.terms("ko").values()
    assert [t.id for t in terms if not re.search("[가-힣]", t.word)] == ["CKA"]
    assert all(re.search("[가-힣]", t.short) for t in terms)


def test_terms_of_a_group_stand_together_and_each_leads_to_a_page():
    terms = list(glossary.terms("en").values())
    order = [t.group for t in terms]
    assert order == sorted(order, key=order.index)
    assert {t.see for t in terms} <= set(navigation.PAGES)


@pytest.mark.parametrize(("name", "language"), LESSONS)
def test_every_marked_word_of_a_lesson_is_a_term(name, language):
    marked = [found[0] for found in glossary.MARK.findall(i18n.lesson(name, language))]
    assert [term for term in marked if term not in glossary.terms(language)] == []
    assert "[[" not in glossary.plain(i18n.lesson(name, language))


@pytest.mark.parametrize("name", sorted({name for name, _ in LESSONS}))
def test_the_languages_mark_the_same_words(name):
    marked = [
        sorted({found[0] for found in glossary.MARK.findall(i18n.lesson(name, language))})
        for language in i18n.LANGUAGES
    ]
    assert marked[0] == marked[1]


def test_a_mark_is_a_link_or_its_words():
    text = "A [[block]] and [[freeze depth|frozen blocks]]."
    assert glossary.plain(text) == "A block and frozen blocks."
    shown = glossary.linked(text, lambda term, words: f"<{term}>{words}")
    assert shown == "A <block>block and <freeze depth>frozen blocks."


def test_a_word_is_found_by_either_language_and_by_its_sentence():
    assert [t.id for t in glossary.find("FREEZE d", "en")] == ["freeze depth"]
    assert "freeze depth" in [t.id for t in glossary.find("freeze d", "ko")]
    assert "overfitting" in [t.id for t in glossary.find(" 과적합 ", "ko")]
    assert "overfitting" in [t.id for t in glossary.find("by heart", "en")]
    assert glossary.find("zzz", "en") == []
    assert len(glossary.find("", "ko")) == len(glossary.terms("ko"))
