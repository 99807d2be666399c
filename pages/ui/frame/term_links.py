"""Words of a lesson that lead to the glossary: where a page uses them first, plain text later.

The glossary opens beside the page (Streamlit opens links in a tab of their own), so nobody loses a
lesson over a word.  Its sentence is the link's title: a pointer that rests is enough.
"""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from pages.ui.frame import bundle
from tlcore.words import glossary

USED = "terms.used"  # term -> the lesson that used it first on this page


def forget() -> None:
    """A page begins anew."""
    st.session_state[USED] = {}


def linked(lesson: str, text: str, language: str) -> str:
    """The Markdown of a lesson, each marked word a link where the page uses it first."""
    used: dict[str, str] = st.session_state.setdefault(USED, {})
    here: set[str] = set()

    def link(term: str, words: str) -> str:
        first = used.setdefault(term, lesson) == lesson and term not in here
        here.add(term)
        told = glossary.terms(language)[term].short
        return f'[{words}]({address(term, language)} "{told}")' if first else words

    return glossary.linked(text, link)


def address(term: str, language: str) -> str:
    """The glossary, opened at one word."""
    return f"{bundle.root()}/glossary?{urlencode({'lang': language, 'term': term})}"
