"""What was measured in a cell of the matrix, as a table with a verdict and its conditions."""

from __future__ import annotations

import streamlit as st

from pages.ui import grid_table
from pages.ui.frame import T
from pages.ui.matrix_choice import Choice
from tlcore import catalog, evidence, recipe
from tlcore.advisor import Advice


def show(choice: Choice, answer: Advice) -> None:
    """Also where it disagrees with the advice; one sentence where nothing was measured yet."""
    st.markdown(f"**{T('matrix.measured')}**")
    if not evidence.known(choice.cell, choice.backbone):
        st.markdown(T("matrix.unmeasured"))
        return
    plans = recipe.strategies(len(catalog.backbone(choice.backbone).blocks))
    advised = next((name for name, plan in plans.items() if plan == answer.plan), "")
    found = evidence.cell(choice.cell, choice.backbone)
    grid_table.show(found, choice.backbone, "matrix.evidence", advised)
    if choice.stands_for.data is None:
        st.caption(T("matrix.conditions.held_out"))
