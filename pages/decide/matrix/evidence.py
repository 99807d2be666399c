"""What was measured in a cell of the matrix, beside what each textbook advises there."""

from __future__ import annotations

import streamlit as st

from pages.decide.matrix import grid_table
from pages.decide.matrix.chooser import Choice
from pages.ui.frame.speech import T, language
from tlcore import catalog
from tlcore.experiments.matrix import evidence, textbooks
from tlcore.experiments.matrix.advisor import Advice, CellId
from tlcore.experiments.matrix.evidence import CellEvidence, StrategyRow
from tlcore.ground import recipe
from tlcore.ground.difference import POINTS
from tlcore.training import strategies


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
    marks = {
        T(f"textbook.short.{source}"): dict.fromkeys(
            names, "(✓)" if (source, choice.cell) in textbooks.SUMMARY else "✓"
        )
        for source, names in told.items()
    }
    grid_table.show(found, choice.backbone, "matrix.evidence", advised, marks)
    st.caption(T("matrix.marks"))
    st.markdown(_who_was_right(found, choice.cell, told, blocks))
    if choice.stands_for.data is None:
        st.caption(T("matrix.conditions.held_out"))


def _who_was_right(
    found: CellEvidence,
    cell: CellId,
    told: dict[textbooks.Source, tuple[str, ...]],
    blocks: int,
) -> str:
    """Each source's advice and how far behind the best mean it ended, a line a source."""
    rows = {row.strategy: row for row in found.rows}
    lines = [T("matrix.textbooks")]
    for source, names in told.items():
        ends = [_end(found, rows[name], blocks) for name in names if name in rows]
        said = "; ".join(ends)
        if (source, cell) in textbooks.SUMMARY:
            said = T("matrix.textbooks.summary", said=said)
        lines.append(f"- {T(f'textbook.{source}')}: {said}")
    return "\n".join(lines)


def _end(found: CellEvidence, row: StrategyRow, blocks: int) -> str:
    """How one piece of advice ended, in one of the words for a difference."""
    name = strategies.title(row.strategy, blocks, language())
    if row == found.best:
        return T("matrix.textbooks.best", strategy=name)
    less = textbooks.behind(found, row)
    word = "behind" if less.word == "ahead" else less.word
    points, width = f"{100 * less.mean:.1f}", f"{100 * less.half:.1f}"
    return T(f"matrix.textbooks.{word}", strategy=name, points=points, width=width, margin=POINTS)
