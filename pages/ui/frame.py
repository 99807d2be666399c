"""The frame around every page: navigation, language, and the one place a UserError is shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import streamlit as st

from pages.ui import host, presence, term_links, visual
from pages.ui.components.page_frame import COOKIE, page_frame
from tlcore import i18n
from tlcore.errors import UserError
from tlcore.markdown import plain
from tlcore.paths import ASSETS

FOLDER = Path(__file__).resolve().parent.parent
SECTIONS = {  # a section's folder, and its pages in the order of the lesson
    "start": ("home",),
    "understand": ("why_transfer", "what_layers_know", "kinds_of_learning", "claims"),
    "decide": ("matrix", "my_dataset", "backbones"),
    "lab": ("fine_tune", "learning_rate", "compare", "break_it", "runs", "run"),
    "language": ("words_in_context", "objectives", "fine_tune_text", "generate"),
    "classroom": ("room", "lesson_plan", "lesson_links", "quiz", "glossary"),
}
HIDDEN = {"run"}  # opened by a link only, so not in the menu
TOLD = "frame.told"  # the sentences of errors that stand on this page


def hidden(name: str) -> bool:
    """Not in this reader's menu; by its address every page can be opened."""
    return name in HIDDEN or (name == "room" and not host.at_the_server())


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


class _End(Exception):
    """The page has nothing more to draw."""


def end() -> NoReturn:
    """Leave the page's script here.

    Not by st.stop(): after it Streamlit forgets no fragment of the run before, and one that looks
    again in this moment draws where the page no longer reaches; the reader's browser turns white.
    """
    raise _End


def page_file(name: str) -> str:
    """The script of a page, for st.switch_page and st.page_link."""
    section = next(s for s, names in SECTIONS.items() if name in names)
    return f"pages/{section}/{name}.py"


def run(bar: Callable[[], None]) -> None:
    """Draw the frame, then the page.  Called by app.py on every script run.  `bar` draws what a
    lesson that goes on shows on every page."""
    st.set_page_config(page_title="Transfer Lab", page_icon=str(ASSETS / "icon.png"), layout="wide")
    st.session_state.setdefault("language", language())
    presence.came()
    term_links.forget()
    st.session_state[TOLD] = set()
    menu = {
        "" if section == "start" else T(f"section.{section}"): [_page(section, n) for n in names]
        for section, names in SECTIONS.items()
    }
    menu[""].append(home())
    page = st.navigation(menu, position="top")
    _header(page.url_path, bar)
    try:
        page.run()
    except _End:
        return
    except UserError as error:
        show(error)


def _page(section: str, name: str) -> Any:
    return st.Page(
        FOLDER / section / f"{name}.py",
        title=T(f"page.{name}"),
        icon=T(f"icon.{name}"),
        url_path="" if name == "home" else name,
        default=name == "home",
        visibility="hidden" if hidden(name) else "visible",
    )


def home() -> Any:
    """Home under "/home" too.  Streamlit's link to the first page has an empty address, which in
    a new tab opens the page one stands on.  Drawn here, not switched to: Back would return to it.
    """
    file = FOLDER / "start" / "home.py"
    return st.Page(file, title=T("page.home"), url_path="home", visibility="hidden")


@cache
def _style() -> str:
    style = (FOLDER / "ui" / "frame.css").read_text(encoding="utf-8")
    return f"<style>{visual.tokens()}\n{style}</style>"


def _header(page: str, bar: Callable[[], None]) -> None:
    st.html(_style())
    with st.container(horizontal=True, horizontal_alignment="right", key="frame-bar"):
        page_frame(language(), page, words("frame"))
        st.segmented_control(
            "Language · 언어",
            list(i18n.LANGUAGES),
            key="language",
            format_func=i18n.LANGUAGES.__getitem__,
            label_visibility="collapsed",
            on_change=_remember_language,
            required=True,
        )
        bar()


def _remember_language() -> None:
    st.session_state["frame.language"] = st.session_state["language"]
    st.query_params["lang"] = st.session_state["language"]
