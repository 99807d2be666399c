"""One claim as a figure: each published value, and beside it what was measured here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T
from pages.understand.claims.table import label_of, value
from tlcore.experiments.claims.claim import Claim, Point
from tlcore.experiments.claims.record import Found

PAGE = "claims"
APART = 0.2  # of a row, between the marks of two series
PRINTED = {"color": visual.colour("reference"), "symbol": "diamond", "size": 12}
OURS = visual.marker("kept", 11)
YOURS = visual.marker("new", 14)


def show(found: Found, live: Sequence[Point], seed: int | None) -> None:
    """`live`: the marks of the reader's own seed."""
    claim = found.claim
    ours = found.verdict.ours if found.verdict else ()
    st.plotly_chart(
        figure(found, live, seed),
        key=f"{PAGE}.figure.{claim.id}",
        config=figures.CONFIG,
        alt=T("claims.alt", values=" ".join(_pairs(claim, ours))),
    )
    with st.expander(T("table.show")):
        columns = _columns(found, live, seed)
        st.dataframe(
            pd.DataFrame(columns),
            hide_index=True,
            key=f"{PAGE}.numbers.{claim.id}",
            placeholder="–",
            column_config={
                name: st.column_config.NumberColumn(format="%.1f") for name in list(columns)[1:]
            },
        )


def _columns(
    found: Found, live: Sequence[Point], seed: int | None
) -> dict[str, list[str] | list[float | None]]:
    """A mark a line: in print, here, its interval, and the reader's seed where there is one."""
    claim = found.claim
    ours = found.verdict.ours if found.verdict else ()
    printed, here, mine = (
        {p.label: p for p in some} for some in (claim.published.points, ours, live)
    )
    labels = list(dict.fromkeys([*printed, *here, *mine]))

    def values(some: dict[str, Point]) -> list[float | None]:
        return [some[label].value if label in some else None for label in labels]

    columns: dict[str, list[str] | list[float | None]] = {
        T("claims.column.mark"): [label_of(claim, label) for label in labels],
        T("claims.column.published"): values(printed),
        T("claims.column.ours"): values(here),
        "±": [here[label].half if label in here else None for label in labels],
    }
    if mine:
        columns[T("claims.figure.yours", seed=seed)] = values(mine)
    return columns


def _pairs(claim: Claim, ours: Sequence[Point]) -> list[str]:
    unit = claim.published.unit
    printed, here = ({p.label: p for p in some} for some in (claim.published.points, ours))
    return [
        T(
            "claims.alt.pair",
            label=label_of(claim, label),
            published=value(printed[label], unit) if label in printed else "–",
            ours=value(here[label], unit) if label in here else "–",
        )
        for label in dict.fromkeys([*printed, *here])
    ]


def figure(found: Found, live: Sequence[Point], seed: int | None) -> dict[str, Any]:
    """Labels down, values across; a series that has nothing is not drawn."""
    claim = found.claim
    printed = claim.published.points
    ours = found.verdict.ours if found.verdict else ()
    labels = list(dict.fromkeys(p.label for p in (*printed, *ours, *live)))
    series = [
        (T("claims.figure.published"), printed, PRINTED, -APART),
        (T("claims.figure.ours", seeds=found.seeds), ours, OURS, APART),
        (T("claims.figure.yours", seed=seed), live, YOURS, 0.0),
    ]
    traces = [_trace(*one, labels) for one in series if one[1]]
    unit = claim.published.unit
    layout = figures.layout(
        150 + 52 * len(labels),
        {
            "title": figures.title(T(f"claims.unit.{unit}")),
            "zeroline": unit != "percent",
            "zerolinewidth": 2,
            "rangemode": "tozero" if unit == "times" else "normal",
        },
        {
            "tickvals": list(range(len(labels))),
            "ticktext": [figures.broken(label_of(claim, label)) for label in labels],
            "range": [len(labels) - 0.5, -0.5],
            "showgrid": False,
        },
        showlegend=True,
        legend={
            **{"orientation": "h", "yref": "container", "yanchor": "bottom", "y": 0, "x": 0},
            "font": figures.FONT,
        },
    )
    layout["margin"] |= {"b": 90}
    return {"data": traces, "layout": layout}


def _trace(
    name: str, points: Sequence[Point], marker: dict[str, Any], lift: float, labels: list[str]
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [p.value for p in points],
        "y": [labels.index(p.label) + lift for p in points],
        "error_x": {
            **{"type": "data", "array": [p.half or 0 for p in points]},
            **{"thickness": 2, "width": 5, "color": marker["color"]},
            "visible": any(p.half for p in points),
        },
        "marker": marker,
        "hovertemplate": "%{x:.1f}<extra>%{fullData.name}</extra>",
    }
