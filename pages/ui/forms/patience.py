"""How many epochs without a better one end a run: a number, or nothing for none."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.ui.frame.speech import T

MOST = 1_000


def show(key: str, keep: Callable[..., None]) -> None:
    """`key` is the widget's, already set to what was kept; `keep` its on_change, of the field."""
    st.number_input(
        T("field.patience"),
        1,
        max(MOST, st.session_state[key] or 1),
        None,  # emptied means none, not the smallest
        key=key,
        on_change=keep,
        args=("patience",),
        placeholder=T("choice.patience.none"),
        help=T("help.patience"),
    )
