"""How a page speaks: in the reader's language, and the one place a UserError is shown."""

from __future__ import annotations

from typing import Any, NoReturn

import streamlit as st

from pages.ui.frame import term_links
from pages.ui.frame.page_frame import COOKIE
from tlcore.ground.errors import UserError
from tlcore.ground.markdown import plain
from tlcore.words import i18n

TOLD = "frame.told"  # the sentences of errors that stand on this page


def language() -> str:
    """The reader's language: chosen, else from the link, from the last visit, from the browser."""
    said = (
        st.session_state.get("language") or st.session_state.get("frame.language"),
        st.query_params.get("lang"),
        st.context.cookies.get(COOKIE),
    )
    for chosen in said:
        if chosen in i18n.LANGUAGES:
            return str(chosen)
    return "ko" if str(st.context.locale or "").lower().startswith("ko") else "en"


def T(key: str, **values: Any) -> str:
    """The text under `key` in the reader's language."""
    return i18n.t(key, language(), **values)


def words(*prefixes: str) -> dict[str, str]:
    """The texts a component is given."""
    found = {"lang": language()}
    for prefix in prefixes:
        found |= i18n.words(prefix, language())
    return found


def lesson(name: str) -> str:
    """The Markdown of one part of a lesson in the reader's language."""
    return term_links.linked(name, i18n.lesson(name, language()), language())


def section(title: str, text: str) -> None:
    """A part of a lesson begins: its heading, and what it says before its experiment."""
    st.header(title, anchor=False)
    st.markdown(text)


def forget() -> None:
    """A page begins anew: nothing stands on it yet."""
    term_links.forget()
    st.session_state[TOLD] = set()


def show(error: UserError) -> None:
    """One sentence in the reader's language."""
    sentence = i18n.tell(error, language())
    st.session_state.setdefault(TOLD, set()).add(sentence)
    st.error(plain(sentence), icon=":material/info:")


def show_once(error: UserError) -> None:
    """The same, unless it stands on this page already: what all its parts meet, the first tells.
    Not in a fragment: its next run draws the sentence anew."""
    if i18n.tell(error, language()) not in st.session_state.get(TOLD, ()):
        show(error)


class End(Exception):
    """The page has nothing more to draw."""


def end() -> NoReturn:
    """Leave the page's script here.

    Not by st.stop(): after it Streamlit forgets no fragment of the run before, and one that looks
    again in this moment draws where the page no longer reaches; the reader's browser turns white.
    """
    raise End
