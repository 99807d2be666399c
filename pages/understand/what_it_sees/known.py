"""Whether a thing is among the thousand names: what is not, the network cannot say."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame.speech import T, plain
from tlcore.words import thousand

MOST = 12  # shown of those found


def search() -> None:
    """A word in either language, and the classes whose name has it."""
    word = st.text_input(
        T("sees.search"),
        key="what_it_sees.word",
        placeholder=T("sees.search.example"),
        max_chars=40,
    )
    if not thousand.folded(word):
        return
    found = thousand.having(word)
    if not found:
        st.info(T("sees.search.none", word=plain(word.strip())), icon=":material/search_off:")
        return
    names = ", ".join(T(f"imagenet.{number}") for number in found[:MOST])
    more = T("sees.search.more", n=len(found) - MOST) if len(found) > MOST else ""
    st.markdown(T("sees.search.found", n=len(found), names=names) + more)
