"""The functions that ran: how a gap is asked for, and how it is found out who sees what."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame import T
from tlcore import source

RAN = (
    ("tlcore.language.predictions", "_masked"),
    ("tlcore.language.predictions", "_causal"),
    ("tlcore.language.objectives", "in_order"),
    ("tlcore.language.visible", "moved"),
    ("tlcore.language.steps", "in_turn"),
)


def show() -> None:
    with st.expander(T("objectives.code"), icon=":material/code:"):
        for module, name in RAN:
            st.code(source.function(module, name), language="python")
