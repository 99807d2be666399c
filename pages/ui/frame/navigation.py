"""The frame around every page: navigation, language, and what ends a page's script."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui.frame import speech, visual
from pages.ui.frame.page_frame import page_frame
from pages.ui.frame.speech import T, words
from pages.ui.server import host, presence
from tlcore.ground.errors import UserError
from tlcore.ground.paths import ASSETS, ROOT
from tlcore.words import i18n

STYLE = Path(__file__).with_name("frame.css")
SECTIONS = {  # a section's folder, and its pages in the order of the lesson
    name: importlib.import_module(f"pages.{name}").PAGES
    for name in ("start", "understand", "decide", "lab", "language", "classroom")
}
PAGES = tuple(name for names in SECTIONS.values() for name in names)
HIDDEN = {"run"}  # opened by a link only, so not in the menu


def hidden(name: str) -> bool:
    """Not in this reader's menu; by its address every page can be opened."""
    return name in HIDDEN or (name == "room" and not host.at_the_server())


def page_file(name: str) -> str:
    """The script of a page, for st.switch_page and st.page_link."""
    section = next(s for s, names in SECTIONS.items() if name in names)
    return _script(section, name)


def module(name: str) -> str:
    """The same as Python calls it: nobody imports it, because to import it is to draw it."""
    return page_file(name).removesuffix(".py").replace("/", ".")


def _script(section: str, name: str) -> str:
    return f"pages/{section}/{name}/page.py"


def run(bar: Callable[[], None]) -> None:
    """Draw the frame, then the page.  Called by app.py on every script run.  `bar` draws what a
    lesson that goes on shows on every page."""
    st.set_page_config(page_title="Transfer Lab", page_icon=str(ASSETS / "icon.png"), layout="wide")
    st.session_state.setdefault("language", speech.language())
    presence.came()
    speech.forget()
    menu = {
        "" if section == "start" else T(f"section.{section}"): [_page(section, n) for n in names]
        for section, names in SECTIONS.items()
    }
    menu[""].append(home())
    page = st.navigation(menu, position="top")
    _header(page.url_path, bar)
    try:
        page.run()
    except speech.End:
        return
    except UserError as error:
        speech.show(error)


def _page(section: str, name: str) -> Any:
    return st.Page(
        ROOT / _script(section, name),
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
    file = ROOT / page_file("home")
    return st.Page(file, title=T("page.home"), url_path="home", visibility="hidden")


@cache
def _style() -> str:
    return f"<style>{visual.tokens()}\n{STYLE.read_text(encoding='utf-8')}</style>"


def _header(page: str, bar: Callable[[], None]) -> None:
    st.html(_style())
    with st.container(horizontal=True, horizontal_alignment="right", key="frame-bar"):
        page_frame(speech.language(), page, words("frame"))
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
