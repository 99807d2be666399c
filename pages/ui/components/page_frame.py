"""What a page's HTML lacks: its language for screen readers, and the chart library ahead of use."""

from __future__ import annotations

import streamlit as st

from pages.ui.components import bundle

_component = st.components.v2.component(
    "tl_frame", js=bundle.javascript("page_frame"), isolate_styles=False
)


def page_frame(language: str) -> None:
    """Set <html lang>, and ask for Plotly.js now, so that the first chart does not wait for it."""
    _component(key="frame.page", data={"language": language, "plotly": bundle.plotly_url()})
