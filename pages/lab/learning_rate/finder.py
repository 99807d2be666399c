"""The learning-rate finder: a short sweep, its suggestion, and the way to the lab."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.lab.learning_rate.pick import pick
from pages.lab.learning_rate.sensitivity import PAGE
from pages.ui.charts import figures
from pages.ui.forms import draft
from pages.ui.frame import visual
from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T
from pages.ui.runs import experiment, told
from pages.ui.runs.rate_words import rate
from tlcore import catalog
from tlcore.experiments.learning_rate import finder
from tlcore.experiments.learning_rate import reading as rate_strips
from tlcore.experiments.learning_rate.finder import Suggestion
from tlcore.experiments.learning_rate.presets import finder as sweep
from tlcore.ground.recipe import everything, head_only

LEARNS = {"head_only": "head", "everything": "all"}  # what is swept -> the strip of the same
LOOKS = {"head_only": "frozen", "everything": "kept"}
PLANS = {"head_only": head_only, "everything": everything}


def show(strips: dict[str, Any] | None) -> None:
    """`strips`: what the same data set's strips measured, if the reader has seen them."""
    key = f"{PAGE}.finder"
    learns, data = pick(
        key,
        "learns",
        "everything",
        LEARNS,
        T("rates.finder.learns"),
        lambda name: T(f"rates.strip.{LEARNS[name]}"),
    )
    run = experiment.answer(
        sweep(learns, data), key, T("rates.finder.start"), told.parts("rates.at")
    )
    if run is None:
        return
    result = run.result or {}
    found = finder.suggest(result["rates"], result["losses"])
    st.markdown(said(found, result, strips))
    st.plotly_chart(
        figure(result, found),
        key=f"{key}.figure",
        config=figures.CONFIG,
        alt=T("rates.finder.alt", low=rate(result["rates"][0]), high=rate(result["rates"][-1])),
    )
    with st.expander(T("rates.finder.rule")):
        st.markdown(_rule(found, result))
    with st.expander(T("table.show")):
        columns = {T("rates.rate"): [rate(value) for value in result["rates"]]}
        table = pd.DataFrame(
            {
                **columns,
                T("rates.finder.loss"): result["losses"],
                T("rates.finder.smooth"): finder.smooth(result["losses"]),
            }
        )
        st.dataframe(table, hide_index=True, key=f"{key}.table")
    if found.rate is not None and st.button(
        T("rates.finder.lab", rate=rate(found.rate)), key=f"{key}.lab", icon=T("icon.fine_tune")
    ):
        _to_lab(result, found.rate)


def said(found: Suggestion, result: dict[str, Any], strips: dict[str, Any] | None) -> str:
    """The suggestion, how sure it is, and whether the strips bear it out."""
    if found.rate is None:
        return T("rates.finder.nothing")
    which = "agree" if found.agree else "apart"
    lines = [T(f"rates.finder.{which}", rate=rate(found.rate))]
    if result["stopped"] == "exploded":
        lines.append(T("rates.finder.exploded", rate=rate(result["stopped_at"])))
    else:
        lines.append(T("rates.finder.never"))
    if strips and strips["data"] == result["data"]:
        width = rate_strips.of(strips, LEARNS[result["learns"]]).width
        inside = width.low <= found.rate <= width.high
        values = {"low": rate(width.low), "high": rate(width.high)}
        lines.append(T(f"rates.finder.{'inside' if inside else 'outside'}", **values))
    return " ".join(lines)


def _rule(found: Suggestion, result: dict[str, Any]) -> str:
    text = T("rates.finder.rules", factor=f"{finder.EXPLODED:.0f}", steps=len(result["rates"]))
    if found.steepest is None or found.tenth is None or found.least is None:
        return text
    values = {"steepest": rate(found.steepest), "tenth": rate(found.tenth)}
    return text + " " + T("rates.finder.read", least=rate(found.least), **values)


def figure(result: dict[str, Any], found: Suggestion) -> dict[str, Any]:
    """The losses as points, smoothed as a line; where the suggestion lies."""
    look, smoothed = LOOKS[result["learns"]], finder.smooth(result["losses"])
    top = max(smoothed[: finder.SKIPPED]) * 2
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": T("rates.finder.loss"),
            "x": result["rates"],
            "y": result["losses"],
            "marker": {**visual.marker("reference", 5), "symbol": "circle"},
            "hovertemplate": "%{x:.2g}: %{y:.2f}",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": T("rates.finder.smooth"),
            "x": result["rates"],
            "y": smoothed,
            "line": visual.line(look, 3),
            "hovertemplate": "%{x:.2g}: %{y:.2f}",
        },
    ]
    if found.rate is not None:
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": T("rates.finder.here", rate=rate(found.rate)),
                "x": [found.rate, found.rate],
                "y": [0, top],
                "line": visual.line("target", 2.5),
                "hoverinfo": "name",
            }
        )
    ticks = [10.0**k for k in range(-6, 2)]
    axis = {"type": "log", "tickvals": ticks, "ticktext": [rate(value) for value in ticks]}
    layout = figures.layout(
        360,
        {**axis, "title": figures.title(T("rates.axis"))},
        {"title": figures.title(T("rates.finder.axis")), "range": [0, top]},
        legend={
            **{"orientation": "h", "yref": "container", "yanchor": "bottom", "y": 0, "x": 0},
            "font": figures.FONT,
        },
    )
    return {"data": traces, "layout": layout}


def _to_lab(result: dict[str, Any], suggested: float) -> None:
    """The same data and plan with the suggested rate, of the blocks or of the head."""
    plan = PLANS[result["learns"]](len(catalog.backbone(result["backbone"]).blocks))
    numbers = {"read": plan.read, "keep": plan.keep, "freeze": plan.freeze}
    which = "head_lr" if result["learns"] == "head_only" else "lr"
    what = {name: result[name] for name in ("backbone", "data")}
    draft.put({**what, **numbers, "train_size": result["train"], which: suggested})
    st.session_state.pop("fine_tune.run", None)
    st.switch_page(page_file("fine_tune"))
