"""A slim bar on every page while a lesson goes on; its cookie carries the lesson over a reload."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from pages.ui import going
from pages.ui.components import bundle

_component = st.components.v2.component(
    "tl_lesson_bar",
    css=bundle.css("common", "lesson_bar"),
    js=bundle.javascript("common", "lesson_bar"),
    isolate_styles=False,
)


def lesson_bar(
    kept: str,
    stop: Mapping[str, Any] | None,
    *,
    words: Mapping[str, str],
    key: str,
    on_go: Callable[[int], None],
) -> None:
    """`kept`: the lesson as the cookie has it, "" to forget it; `stop`: where the class is.
    `on_go` hears of Back and Next (the number of the stop) before the script runs."""

    def gone() -> None:
        wanted = st.session_state[key].go
        if isinstance(wanted, int):
            on_go(wanted)

    cookie = {"name": going.COOKIE, "path": bundle.root() or "/", "seconds": int(going.LONGEST)}
    data = {"kept": kept, "cookie": cookie, "stop": stop, "words": dict(words)}
    _component(key=key, data=data, on_go_change=gone)
