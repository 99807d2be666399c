"""The functions that ran: how a gap is asked for, and how it is found out who sees what."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame.speech import T
from tlcore.ground import source

RAN = (
    ("tlcore.experiments.objectives.run.predictions", "_masked"),
    ("tlcore.experiments.objectives.run.predictions", "_causal"),
    ("tlcore.networks.language.objectives", "in_order"),
    ("tlcore.experiments.objectives.run.visible", "moved"),
    ("tlcore.experiments.objectives.run.steps", "in_turn"),
)


def show() -> None:
    with st.expander(T("objectives.code"), icon=":material/code:"):
        for module, name in RAN:
            st.code(source.function(module, name), language="python")
