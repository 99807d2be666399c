"""How cost grows with images, epochs, depths and seeds: four small curves and a sentence each."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T
from tlcore.experiments.scaling import reading as scaling
from tlcore.experiments.scaling.reading import AXES, Curve, Record

PAGE = "compare.scaling"


def show() -> None:
    found = scaling.record()
    if found is None:
        st.caption(T("scaling.nothing"))
        return
    axes = list(AXES)
    for pair in (axes[:2], axes[2:]):
        for column, axis in zip(st.columns(2), pair, strict=True):
            with column.container(border=True, height="stretch"):
                _one(found, axis)
    told = found.conditions | {
        "data": T(f"data.{found.conditions['data']}"),
        "rounds": found.rounds,
    }
    st.caption(T("scaling.conditions", **told))
    with st.expander(T("table.show")):
        st.dataframe(table(found), hide_index=True, key=f"{PAGE}.table")


def _one(found: Record, axis: str) -> None:
    curves = found.curves(axis)
    st.markdown(f"**{T(f'scaling.axis.{axis}')}**")
    if not curves:  # a recording goes on
        st.caption(T("scaling.nothing"))
        return
    st.plotly_chart(
        figure(curves),
        key=f"{PAGE}.{axis}",
        config=figures.CONFIG,
        alt=T("scaling.alt", axis=T(f"scaling.axis.{axis}")),
    )
    for curve in curves:
        st.markdown(f"{T(f'scaling.what.{curve.what}')}: {said(curve)}")
    st.caption(T(f"scaling.why.{axis}"))


def said(curve: Curve) -> str:
    """How many times more, how many times the seconds."""
    more, dearer = curve.times
    first, last = (seconds for _, seconds in (curve.points[0], curve.points[-1]))
    told = {"first": f"{first:.1f}", "last": f"{last:.1f}"}
    return T("scaling.times", more=f"{more:g}", dearer=f"{dearer:.1f}", **told)


def figure(curves: tuple[Curve, ...]) -> dict[str, Any]:
    """Both axes logarithmic; dotted: where each would cost what the first one does."""
    traces: list[dict[str, Any]] = []
    for number, curve in enumerate(curves):
        colour = visual.SERIES[number]
        at, seconds = zip(*curve.points, strict=True)
        look = {"type": "scatter", "x": at, "legendgroup": curve.what}
        traces.append(
            look
            | {
                "mode": "lines+markers",
                "name": T(f"scaling.what.{curve.what}"),
                "y": seconds,
                "line": {"color": colour, "dash": visual.DASHES[number]},
                "marker": {"color": colour, "symbol": visual.SYMBOLS[number], "size": 9},
                "hovertemplate": "%{x:,}: %{y:.1f} s",
            }
        )
        traces.append(
            look
            | {
                "mode": "lines",
                "name": T("scaling.proportional"),
                "y": [value for _, value in curve.proportional()],
                "line": {"color": figures.GREY, "dash": "dot", "width": 1},
                "hoverinfo": "skip",
                "showlegend": number == 0,
            }
        )
    ticks = [at for at, _ in curves[0].points]
    return {
        "data": traces,
        "layout": figures.layout(
            300,
            {"type": "log", "tickvals": ticks, "ticktext": [f"{at:,}" for at in ticks]},
            {
                **figures.decades(y for line in traces for y in line["y"]),
                "title": figures.title(T("scaling.seconds")),
            },
            legend={"orientation": "h", "yanchor": "top", "y": -0.15, "x": 0, "font": figures.FONT},
        ),
    }


def table(found: Record) -> pd.DataFrame:
    rows = [
        {
            T("scaling.column.grows"): T(f"scaling.axis.{axis}"),
            T("scaling.column.at"): at,
            T("scaling.column.what"): T(f"scaling.what.{curve.what}"),
            T("scaling.seconds"): seconds,
        }
        for axis in AXES
        for curve in found.curves(axis)
        for at, seconds in curve.points
    ]
    return pd.DataFrame(rows)
