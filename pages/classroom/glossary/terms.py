"""Terms of the glossary as a reader meets them: one that a lesson led to, and all of them."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from pages.ui.frame import bundle
from pages.ui.frame.navigation import PAGES, page_file
from pages.ui.frame.speech import T, language
from tlcore.words import glossary
from tlcore.words.glossary import Term


def asked() -> Term | None:
    """The term that the address names, if there is such a one."""
    return glossary.terms(language()).get(st.query_params.get("term", ""))


def card(term: Term) -> None:
    """One term, large, with the way to its experiment."""
    with st.container(border=True):
        st.header(heading(term), anchor=False)
        st.markdown(f"{term.short} {term.more}")
        if term.see in PAGES:
            st.page_link(
                page_file(term.see),
                label=T("glossary.see", page=T(f"page.{term.see}")),
                icon=T(f"icon.{term.see}"),
            )


def show(found: list[Term]) -> None:
    """Every term in the order of the lesson, under the headings of its groups."""
    for group, terms in groupby(found, key=lambda term: term.group):
        st.header(T(f"glossary.group.{group}"), anchor=False)
        st.markdown("\n".join(map(line, terms)))


def line(term: Term) -> str:
    where = ""
    if term.see in PAGES:
        place = f"{bundle.root()}/{term.see}?lang={language()}"
        where = f" [→\u00a0{T(f'page.{term.see}')}]({place})"
    return f"- **{term.word}**{_english(term)}: {term.short} {term.more}".rstrip() + where


def heading(term: Term) -> str:
    return term.word + _english(term)


def _english(term: Term) -> str:
    """The English word beside the Korean one."""
    if language() == "en":
        return ""
    english = glossary.terms("en")[term.id].word
    return "" if english == term.word else f" ({english})"
