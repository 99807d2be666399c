"""What was measured in a cell of the matrix, as a table with a verdict and its conditions."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.ui.frame import T
from pages.ui.matrix_choice import Choice
from tlcore import advisor, catalog, evidence, recipe
from tlcore.advisor import Advice


def show(choice: Choice, answer: Advice) -> None:
    """Also where it disagrees with the advice; one sentence where nothing was measured yet."""
    st.markdown(f"**{T('matrix.measured')}**")
    if not evidence.known(choice.cell, choice.backbone):
        st.markdown(T("matrix.unmeasured"))
        return
    found = evidence.cell(choice.cell, choice.backbone)
    plans = recipe.strategies(len(catalog.backbone(choice.backbone).blocks))
    advised = next((name for name, plan in plans.items() if plan == answer.plan), "")
    st.dataframe(
        pd.DataFrame(
            {
                T("matrix.strategy"): [
                    _name(r.strategy, r.strategy == advised) for r in found.rows
                ],
                T("result.accuracy"): [r.accuracy * 100 for r in found.rows],
                T("matrix.spread"): [r.half_width * 100 for r in found.rows],
                T("result.seconds"): [r.seconds for r in found.rows],
                T("lab.learning"): [r.learning for r in found.rows],
            }
        ),
        hide_index=True,
        height="content",  # the last row is the comparison with no transfer
        column_config={
            T("result.accuracy"): st.column_config.ProgressColumn(
                format="%.1f%%", min_value=0, max_value=100
            ),
            T("matrix.spread"): st.column_config.NumberColumn(format="± %.1f"),
            T("result.seconds"): st.column_config.NumberColumn(format="%.1f s"),
            T("lab.learning"): st.column_config.NumberColumn(format="localized"),
        },
    )
    best, cheapest = found.best, found.verdict
    key = "matrix.verdict.same" if best == cheapest else "matrix.verdict.tie"
    st.markdown(
        T(
            key,
            best=T(f"strategy.{best.strategy}"),
            cheapest=T(f"strategy.{cheapest.strategy}"),
            best_accuracy=f"{best.accuracy:.1%}",
            cheapest_accuracy=f"{cheapest.accuracy:.1%}",
        )
    )
    told = {"epochs": advisor.epochs_for(found.conditions["size"]), **found.conditions}
    if choice.stands_for.data is None:
        st.caption(T("matrix.conditions.held_out"))
    st.caption(T("matrix.conditions", command=_command(choice.backbone), **told))


def _command(backbone: str) -> str:
    usual = "python -m tlcore cells"
    return usual if backbone == "clothing" else f"{usual} --backbone {backbone}"


def _name(strategy: str, advised: bool) -> str:
    name = T(f"strategy.{strategy}")
    return T("matrix.advised", strategy=name) if advised else name
