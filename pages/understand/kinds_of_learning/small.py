"""Regression, dimension reduction, association rules: each in one example, computed in place."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame.speech import T
from pages.understand.kinds_of_learning import small_reduction, small_regression, small_rules

PAGE = "kinds_of_learning"
EXAMPLES = {
    "regression": small_regression.show,
    "reduction": small_reduction.show,
    "rules": small_rules.show,
}


@st.fragment
def show() -> None:
    """A control runs these lines alone, not the page."""
    st.segmented_control(
        T("kinds.small.which"),
        list(EXAMPLES),
        key=f"{PAGE}.small",
        default="regression",
        required=True,
        format_func=lambda name: T(f"kinds.small.{name}"),
    )
    EXAMPLES[st.session_state[f"{PAGE}.small"]]()
