"""Regression: how accurate is a backbone of that cost?  A line answers with a number."""

from __future__ import annotations

import math
import time
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts import backbone_rows, figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T
from tlcore.experiments.kinds import regression

PAGE = "kinds_of_learning"
COSTS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)  # billions of multiply-adds a picture
_LEFT, _RIGHT = math.log10(0.15e9), math.log10(40e9)  # of the figure


def show() -> None:
    cost = st.select_slider(
        T("kinds.regression.cost"), COSTS, 1.0, key=f"{PAGE}.cost", format_func=lambda c: f"{c:g}"
    )
    began = time.perf_counter()
    points = regression.points()
    alike = regression.alike(points)
    line = regression.fit([point.x for point in alike], [point.y for point in alike])
    at = line.at(math.log10(cost * 1e9))
    ms = f"{1000 * (time.perf_counter() - began):.1f}"
    values = {"at": f"{at:.1f}", "off": f"{line.off:.1f}", "slope": f"{line.slope:.1f}"}
    st.markdown(T("kinds.regression.told", cost=f"{cost:g}", n=len(alike), ms=ms, **values))
    st.plotly_chart(
        line_figure(points, line, cost),
        key=f"{PAGE}.regression",
        config=figures.CONFIG,
        alt=T("kinds.regression.alt", n=len(alike), others=len(points) - len(alike), **values),
    )
    with st.expander(T("table.show")):
        table = {
            T("field.backbone"): [backbone_rows.short(point.id) for point in points],
            T("backbones.recipe"): [T(f"recipe.{point.recipe}") for point in points],
            T("backbones.macs.unit"): [10**point.x / 1e9 for point in points],
            T("backbones.top1"): [point.y for point in points],
            T("kinds.regression.line"): [line.at(point.x) for point in points],
        }
        number = st.column_config.NumberColumn(format="%.1f")
        names = list(table)[2:]
        st.dataframe(
            pd.DataFrame(table),
            hide_index=True,
            key=f"{PAGE}.regression.table",
            column_config=dict.fromkeys(names, number)
            | {names[0]: st.column_config.NumberColumn(format="%.2f")},
        )


def line_figure(
    points: list[regression.Point], line: regression.Line, cost: float
) -> dict[str, Any]:
    """Points, the line, and what it says at `cost` billions of multiply-adds; of other recipes than
    the line's the marks are hollow."""
    ends, sides = (COSTS[0], COSTS[-1]), names(points)

    def name(point: regression.Point) -> str:
        return figures.text(backbone_rows.short(point.id))

    alike = regression.alike(points)
    others = [point for point in points if point not in alike]
    full = visual.marker("source", 10)
    traces = [
        {
            "type": "scatter",
            "mode": "markers+text",
            "name": T(called),
            "x": [10**point.x / 1e9 for point in some],
            "y": [point.y for point in some],
            "text": [name(point) if point.id in sides else "" for point in some],
            "hovertext": [name(point) for point in some],
            "textposition": [sides.get(point.id, "middle right") for point in some],
            "textfont": {"size": 12},
            "marker": marker,
            "hovertemplate": "%{hovertext}: %{y:.1f}%<extra></extra>",
        }
        for called, some, marker in (
            ("kinds.regression.backbones", alike, full),
            ("kinds.regression.others", others, {**full, "symbol": f"{full['symbol']}-open"}),
        )
    ]
    traces += [
        {
            "type": "scatter",
            "mode": "lines",
            "name": T("kinds.regression.line"),
            "x": list(ends),
            "y": [line.at(math.log10(end * 1e9)) for end in ends],
            "line": visual.line("kept"),
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "name": T("kinds.regression.answer"),
            "x": [cost],
            "y": [line.at(math.log10(cost * 1e9))],
            "marker": visual.marker("target", 14),
            "hovertemplate": "%{y:.1f}%<extra></extra>",
        },
    ]
    layout = figures.layout(
        380,
        {
            "type": "log",
            "title": figures.title(T("backbones.macs.unit")),
            "range": [_LEFT - 9, _RIGHT - 9],
            "tickvals": list(COSTS),
            "ticktext": [f"{c:g}" for c in COSTS],
        },
        {"title": figures.title(T("backbones.top1")), "ticksuffix": "%"},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0, "font": figures.FONT},
    )
    return {"data": traces, "layout": layout}


def names(points: list[regression.Point]) -> dict[str, str]:
    """Side at which a point's name finds room, also on a phone; a crowded one has none and is
    told by the pointer and the table."""
    width, height = 1.2, 0.95  # of a name on 390 px: decades of cost, points of accuracy
    boxes = [(point.x - 0.06, point.x + 0.06, point.y, 0.75, point) for point in points]
    sides: dict[str, str] = {}
    for point in sorted(points, key=lambda point: -point.y):
        for side, low, high in (
            ("middle right", point.x, point.x + width),
            ("middle left", point.x - width, point.x),
        ):
            inside = low >= _LEFT and high <= _RIGHT
            free = all(
                of is point or high < left or right < low or abs(y - point.y) > apart
                for left, right, y, apart, of in boxes
            )
            if inside and free:
                sides[point.id] = side
                boxes.append((low, high, point.y, height, point))
                break
    return sides
