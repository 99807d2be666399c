"""Effects of settings side by side: points won or lost, each with its interval, several series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T
from tlcore.training.effects import EFFECTS, Effect

APART = 0.22  # of a row, between the marks of two series
PLACES = ("target", "source")


@dataclass(frozen=True)
class Series:
    """What was measured together: effects by setting, on the new task and on the source."""

    name: str
    marker: dict[str, Any]
    target: Mapping[str, Effect]
    source: Mapping[str, Effect]


def marker(place: int) -> dict[str, Any]:
    """Of a recorded series, by order; what a reader measures is a target's."""
    return {"color": visual.SERIES[2 + place], "symbol": visual.SYMBOLS[place], "size": 11}


def settings(series: Sequence[Series], where: str) -> list[str]:
    """Those with something to draw there."""
    return [name for name in EFFECTS if any(name in getattr(one, where) for one in series)]


def figure(series: Sequence[Series], where: str) -> dict[str, Any]:
    """At zero there is nothing to see; `where`: target or source."""
    names = settings(series, where)
    shown = [one for one in series if getattr(one, where)]
    traces, widest = [], 1.0
    for place, one in enumerate(shown):
        found: Mapping[str, Effect] = getattr(one, where)
        lift = APART * (place - (len(shown) - 1) / 2)
        widest = max(widest, *(100 * (abs(e.mean) + e.half) + 0.5 for e in found.values()))
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": one.name,
                "x": [100 * effect.mean for effect in found.values()],
                "y": [names.index(name) + lift for name in found],
                "error_x": {
                    **{"type": "data", "array": [100 * e.half for e in found.values()]},
                    **{"thickness": 2, "width": 5, "color": one.marker["color"]},
                },
                "marker": one.marker,
                "customdata": [T(f"rates.effect.{name}") for name in found],
                "hovertemplate": "%{customdata}: %{x:+.1f}<extra>%{fullData.name}</extra>",
            }
        )
    layout = figures.layout(
        130 + 54 * len(names) + 24 * len(shown),
        {
            **{"title": figures.title(T(f"rates.effects.points.{where}")), "zeroline": True},
            **{"range": [-widest, widest], "zerolinewidth": 2},
        },
        {
            "tickvals": list(range(len(names))),
            "ticktext": [figures.text(T(f"rates.effect.{name}")) for name in names],
            "range": [len(names) - 0.5, -0.5],
            "showgrid": False,
        },
        showlegend=True,  # says how many pairs are behind it
        legend={
            **{"orientation": "h", "yref": "container", "yanchor": "bottom", "y": 0, "x": 0},
            "font": figures.FONT,
        },
    )
    return {"data": traces, "layout": layout}


def draw(series: Sequence[Series], key: str) -> None:
    """A figure a task, side by side where there is room, and their numbers as a table."""
    shown = [where for where in PLACES if settings(series, where)]
    for where, column in zip(shown, st.columns(len(shown)), strict=True):
        n = len(settings(series, where))
        column.markdown(f"**{T(f'rates.effects.title.{where}')}**")
        column.plotly_chart(
            figure(series, where),
            key=f"{key}.figure.{where}",
            config=figures.CONFIG,
            alt=T(f"rates.effects.alt.{where}", n=n),
        )
    with st.expander(T("table.show")):
        table = _table(series, shown)
        numbers = {name: st.column_config.NumberColumn(format="%.1f") for name in _numbers(shown)}
        st.dataframe(table, hide_index=True, key=f"{key}.table", column_config=numbers)


def _numbers(shown: Sequence[str]) -> list[str]:
    return [f"{mark}{T(f'rates.effects.column.{where}')}" for where in shown for mark in ("", "± ")]


def _table(series: Sequence[Series], shown: Sequence[str]) -> pd.DataFrame:
    rows = []
    for name in settings(series, shown[0]):
        for one in series:
            row: dict[str, Any] = {
                T("rates.effects.which"): T(f"rates.effect.{name}"),
                T("rates.effects.series"): one.name,
            }
            for where in shown:
                if effect := getattr(one, where).get(name):
                    points = T(f"rates.effects.column.{where}")
                    row |= {points: 100 * effect.mean, f"± {points}": 100 * effect.half}
                    verdict = T(f"rates.effects.{effect.word}.short")
                    row[T(f"rates.effects.word.{where}")] = verdict
            if len(row) > 2:
                rows.append(row)
    return pd.DataFrame(rows)
