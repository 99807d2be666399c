"""A situation's measurements as a table with a verdict in words and its conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from pages.ui.frame.speech import T, language
from tlcore import catalog
from tlcore.experiments.matrix.evidence import CellEvidence, StrategyRow
from tlcore.ground.difference import POINTS
from tlcore.training import strategies

COMMAND = "python -m tlcore evidence"
BUSY = 1.2  # processes per core: from here on the seconds are told to be too high


def show(
    found: CellEvidence,
    backbone: str,
    key: str,
    advised: str = "",
    marks: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """`advised`: the strategy that is named so; `marks`: who advises -> strategy -> mark, a column
    for each."""
    several = len({row.rate for row in found.rows}) > 1
    columns = {
        T("matrix.strategy"): [
            T("matrix.advised", strategy=_name(row, backbone))
            if row.strategy == advised
            else _name(row, backbone)
            for row in found.rows
        ]
    }
    if several:
        columns[T("grid.rate")] = [T(f"grid.rate.{row.rate}") for row in found.rows]
    behind = T("compare.behind")
    told = {
        who: [marked.get(row.strategy, "") for row in found.rows]
        for who, marked in (marks or {}).items()
    }
    st.dataframe(
        pd.DataFrame(
            columns
            | {
                T("result.accuracy"): [r.accuracy * 100 for r in found.rows],
                T("matrix.spread"): [r.half_width * 100 for r in found.rows],
                behind: [found.less(found.best, r).mean * 100 for r in found.rows],
            }
            | told
            | {
                T("result.seconds"): [r.seconds for r in found.rows],
                T("lab.learning"): [r.learning for r in found.rows],
            }
        ),
        hide_index=True,
        key=key,
        height="content",  # the last row is the comparison with no transfer
        column_config={
            T("result.accuracy"): st.column_config.ProgressColumn(
                format="%.1f%%", min_value=0, max_value=100
            ),
            T("matrix.spread"): st.column_config.NumberColumn(format="± %.1f"),
            behind: st.column_config.NumberColumn(format="%.1f"),
            **{who: st.column_config.TextColumn(width="small") for who in told},
            T("result.seconds"): st.column_config.NumberColumn(format="%.1f s"),
            T("lab.learning"): st.column_config.NumberColumn(format="localized"),
        },
    )
    st.markdown(verdict(found, lambda row: _called(row, backbone, several)))
    st.caption(T("matrix.conditions", command=COMMAND, **found.conditions))
    if found.conditions["load"] > BUSY:
        st.caption(T("grid.busy", load=f"{found.conditions['load']:.1f}"))


def verdict(found: CellEvidence, called: Callable[[StrategyRow], str]) -> str:
    """The cheapest of what is equal to the best, and what is cheaper and cannot be told."""
    best, cheapest = found.best, found.verdict
    told = T(
        "matrix.verdict.same" if best == cheapest else "matrix.verdict.tie",
        best=called(best),
        cheapest=called(cheapest),
        best_accuracy=f"{best.accuracy:.1%}",
        cheapest_accuracy=f"{cheapest.accuracy:.1%}",
        margin=POINTS,
    )
    if not found.open:
        return told
    names = ", ".join(map(called, found.open))
    return f"{told} {T('matrix.verdict.open', names=names, seeds=found.conditions['seeds'])}"


def _name(row: StrategyRow, backbone: str) -> str:
    return strategies.title(row.strategy, len(catalog.backbone(backbone).blocks), language())


def _called(row: StrategyRow, backbone: str, several: bool) -> str:
    name = _name(row, backbone)
    return f"{name} ({T(f'grid.rate.{row.rate}')})" if several else name
