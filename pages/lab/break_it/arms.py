"""Case "too little": the start and the number of learning weights, each changed alone."""

from __future__ import annotations

from statistics import mean
from typing import Any

import pandas as pd
import streamlit as st

from pages.lab.break_it.cases import PAGE
from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T
from pages.ui.runs.rate_words import points
from tlcore.experiments.break_it import arms as break_arms
from tlcore.experiments.break_it.arms import ARMS, STARTS, WHATS, Arms
from tlcore.ground.difference import POINTS, Difference
from tlcore.ground.spread import half

COMMAND = "python -m tlcore break_it"
LOOK = {
    "random": "new",
    "pretrained": "kept",
}  # by the start; tlcore.experiments.break_it.arms.Start


def show() -> None:
    """Recorded, not run: four arms of ten seeds take about two minutes."""
    st.markdown(f"**{T('break.arms.title')}**")
    arms = break_arms.known()
    if arms is None:
        st.caption(T("break.arms.none", command=COMMAND))
        return
    st.markdown("\n".join(f"- {line}" for line in said(arms)))
    st.markdown(T(f"break.arms.so.{arms.cause}"))
    means = {T(f"break.arm.{arm}"): mean(arms.scores[place]) for place, arm in ARMS.items()}
    spoken = ", ".join(f"{name} {value:.0%}" for name, value in means.items())
    st.plotly_chart(
        figure(arms),
        key=f"{PAGE}.arms.figure",
        config=figures.CONFIG,
        alt=T("break.arms.alt", values=spoken),
    )
    first = break_arms.settings("scratch")
    values = {"seeds": arms.seeds, "train": first["train_size"], "asked": arms.asked}
    st.caption(T("break.arms.how", lr=f"{first['lr']:g}", command=COMMAND, **values))
    with st.expander(T("table.show")):
        st.dataframe(table(arms), hide_index=True, key=f"{PAGE}.arms.table")


def said(arms: Arms) -> list[str]:
    """Each of the two changed alone, twice."""
    lines = []
    for what in WHATS:
        values = {"learns": T(f"break.arms.learns.{what}")}
        values |= {start: f"{mean(arms.scores[start, what]):.0%}" for start in STARTS}
        lines.append(T(f"break.arms.start.{what}", **values, **_gap(arms.of_start(what))))
    for start in STARTS:
        values = {"start": T(f"break.arms.from.{start}")}
        values |= {what: f"{mean(arms.scores[start, what]):.0%}" for what in WHATS}
        counts = {f"n_{what}": f"{arms.learning[start, what]:,}" for what in WHATS}
        lines.append(T("break.arms.weights", **values, **counts, **_gap(arms.of_weights(start))))
    return lines


def figure(arms: Arms) -> dict[str, Any]:
    """A bar an arm, two for what learns, with the interval of the mean over seeds; chance as a
    line.  Four names below would not fit on a phone."""
    names = [T(f"break.arms.learns.{what}") for what in WHATS]
    bars = [
        {
            "type": "bar",
            "name": T(f"break.arms.from.{start}"),
            "x": names,
            "y": [100 * mean(arms.scores[start, what]) for what in WHATS],
            "error_y": {
                "type": "data",
                "array": [100 * half(arms.scores[start, what], 1 / arms.asked) for what in WHATS],
                "color": figures.GREY,
            },
            "marker": visual.bar(LOOK[start]),
            "hovertemplate": "%{y:.1f}%<extra>%{fullData.name}</extra>",
        }
        for start in STARTS
    ]
    chance = {
        "type": "scatter",
        "mode": "lines",
        "name": T("break.arms.chance"),
        "x": names,
        "y": [100 * arms.chance] * len(names),
        "line": visual.line("reference", 2),
        "hoverinfo": "skip",
    }
    axis = {"title": figures.title(T("break.arms.new")), "ticksuffix": "%", "range": [0, 102]}
    legend = {"orientation": "h", "yref": "container", "yanchor": "bottom", "y": 0, "x": 0}
    layout = figures.layout(
        360, {"tickangle": 0}, axis, barmode="group", legend=legend | {"font": figures.FONT}
    )
    return {"data": [*bars, chance], "layout": layout}


def table(arms: Arms) -> pd.DataFrame:
    columns: dict[str, list[Any]] = {
        T("break.arms.arm"): [T(f"break.arm.{arm}") for arm in ARMS.values()],
        T("lab.learning"): [f"{arms.learning[place]:,}" for place in ARMS],
        T("break.arms.new"): [f"{100 * mean(arms.scores[place]):.1f}%" for place in ARMS],
        "±": [points(half(arms.scores[place], 1 / arms.asked)) for place in ARMS],
    }
    return pd.DataFrame(columns)


def _gap(found: Difference) -> dict[str, str]:
    verdict = T(f"break.arms.{found.word}", margin=POINTS)
    return {"gap": f"{100 * found.mean:+.1f}", "half": points(found.half), "verdict": verdict}
