"""What a page's HTML lacks: its language, large type for a projector, the chart library ahead."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.ui.components import bundle

COOKIE = "tl_lang"
_component = st.components.v2.component(
    "tl_frame", js=bundle.javascript("page_frame"), isolate_styles=False
)


def page_frame(language: str, page: str, words: Mapping[str, str]) -> None:
    """Set <html lang> and remember it; draw the switch for large type, which needs no script run;
    open each page at its top; ask for Plotly.js now: the first chart shall not wait for it."""
    _component(
        key="frame.page",
        data={
            "language": language,
            "page": page,
            "words": dict(words),
            "cookie": COOKIE,
            "path": bundle.root() or "/",
            "plotly": bundle.plotly_url(),
        },
    )
