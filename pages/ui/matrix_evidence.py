"""What was measured in a cell of the matrix, beside what each textbook advises there."""

from __future__ import annotations

import streamlit as st

from pages.ui import grid_table
from pages.ui.frame import T, language
from pages.ui.matrix_choice import Choice
from tlcore import catalog, evidence, recipe, strategies, textbooks
from tlcore.advisor import Advice
from tlcore.evidence import CellEvidence


def show(choice: Choice, answer: Advice) -> None:
    """Also where it disagrees with the advice; one sentence where nothing was measured yet."""
    st.markdown(f"**{T('matrix.measured')}**")
    if not evidence.known(choice.cell, choice.backbone):
        st.markdown(T("matrix.unmeasured"))
        return
    blocks = len(catalog.backbone(choice.backbone).blocks)
    plans = recipe.strategies(blocks)
    advised = next((name for name, plan in plans.items() if plan == answer.plan), "")
    found = evidence.cell(choice.cell, choice.backbone)
    told = textbooks.advised(choice.cell, blocks)
    by = {
        name: " · ".join(T(f"textbook.short.{source}") for source in told if name in told[source])
        for name in plans
    }
    grid_table.show(found, choice.backbone, "matrix.evidence", advised, by)
    st.markdown(_who_was_right(found, told, blocks))
    if choice.stands_for.data is None:
        st.caption(T("matrix.conditions.held_out"))


def _who_was_right(
    found: CellEvidence, told: dict[textbooks.Source, tuple[str, ...]], blocks: int
) -> str:
    """Each source's advice and how far behind the best mean it ended, a line a source."""
    rows = {row.strategy: row for row in found.rows}
    lines = [T("matrix.textbooks")]
    for source, names in told.items():
        ends = [
            T("matrix.textbooks.best", strategy=strategies.title(name, blocks, language()))
            if rows[name] == found.best
            else T(
                "matrix.textbooks.behind",
                strategy=strategies.title(name, blocks, language()),
                points=f"{100 * behind:.1f}",
                width=f"{100 * width:.1f}",
            )
            for name in names
            if name in rows
            for behind, width in [textbooks.behind(found, rows[name])]
        ]
        said = "; ".join(ends) if ends else T("matrix.textbooks.silent")
        lines.append(f"- {T(f'textbook.{source}')}: {said}")
    return "\n".join(lines)
