"""Whether a thing is among the thousand names: what is not, the network cannot say."""

from __future__ import annotations

import unicodedata

import streamlit as st

from pages.ui.frame.speech import T, plain
from tlcore.experiments.sees.spec import CLASSES
from tlcore.words import i18n

MOST = 12  # shown of those found


def search() -> None:
    """A word in either language, and the classes whose name has it."""
    word = st.text_input(
        T("sees.search"),
        key="what_it_sees.word",
        placeholder=T("sees.search.example"),
        max_chars=40,
    )
    if not (asked := folded(word)):
        return
    found = having(asked)
    if not found:
        st.info(T("sees.search.none", word=plain(word.strip())), icon=":material/search_off:")
        return
    names = ", ".join(T(f"imagenet.{number}") for number in found[:MOST])
    more = T("sees.search.more", n=len(found) - MOST) if len(found) > MOST else ""
    st.markdown(T("sees.search.found", n=len(found), names=names) + more)


def having(asked: str) -> list[int]:
    """Numbers of the classes whose name, in whichever language, has this in it."""
    return [
        number
        for number in range(CLASSES)
        if any(asked in folded(i18n.t(f"imagenet.{number}", each)) for each in i18n.LANGUAGES)
    ]


def folded(word: str) -> str:
    """As one compares words: without their case and their spaces."""
    return "".join(unicodedata.normalize("NFKC", word).casefold().split())
