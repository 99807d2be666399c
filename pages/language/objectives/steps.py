"""Steps that must wait for one another, and milliseconds, by the length of a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.language.objectives.progress import progress
from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T
from pages.ui.lesson import predict
from pages.ui.runs import experiment
from tlcore.experiments.objectives import reading as objective_reading
from tlcore.experiments.objectives.ready import STEPS

PAGE = "objectives"
ANSWERS = {"masked": 0, "bilstm": 1, "alike": 2}  # options of the question
Result = Mapping[str, Any]


def show() -> None:
    if not predict.ask("objectives_fast"):
        return
    run = experiment.answer(STEPS, f"{PAGE}.steps", T("objectives.steps.start"), progress)
    if run is None or run.result is None:
        return
    result = run.result
    for sentence in readings(result):
        st.markdown(f"- {sentence}")
    for kind, title in (("steps", "objectives.steps.count"), ("ms", "objectives.steps.ms")):
        what = T(title)
        st.markdown(f"**{what}**")
        lengths, n = result["lengths"], len(result["models"])
        values = {"what": what, "shortest": lengths[0], "longest": lengths[-1], "n": n}
        st.plotly_chart(
            figure(result, kind),
            key=f"{PAGE}.steps.{kind}",
            config=figures.CONFIG,
            alt=T("objectives.steps.alt", **values),
        )
    st.caption(T("objectives.steps.once"))
    with st.expander(T("table.show")):
        st.dataframe(pd.DataFrame(table(result)), hide_index=True, key=f"{PAGE}.steps.table")
    faster = objective_reading.faster(result)
    predict.told("objectives_fast", None if faster is None else ANSWERS[faster[0]])


def readings(result: Result) -> list[str]:
    models = {model["objective"]: model for model in result["models"]}
    found = []
    faster = objective_reading.faster(result)
    if faster is not None:
        values = {"length": result["lengths"][-1], "recurrent": models["bilstm"]["steps"][-1]}
        values |= {"layers": models["bilstm"]["layers"], "others": models["masked"]["layers"]}
        attention = models["masked"]["steps"][-1]
        found.append(T("objectives.steps.counted", **values, attention=attention))
        name, _, recurrent, attention_ms = faster
        told = {"recurrent": f"{recurrent:.0f}", "attention": f"{attention_ms:.0f}"}
        told |= {"texts": result["texts"], "threads": result["threads"]}
        found.append(T(f"objectives.steps.{name}", **told))
    return [*found, T("objectives.steps.writing")]


def figure(result: Result, kind: str) -> dict[str, Any]:
    """`kind`: "steps", on an axis that has a zero; "ms", on a logarithmic one."""
    traces = []
    for number, model in enumerate(result["models"]):
        colour = visual.SERIES[number % len(visual.SERIES)]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": T(f"objectives.model.{model['objective']}"),
                "x": result["lengths"],
                "y": model[kind],
                "line": {"color": colour, "dash": visual.DASHES[number % len(visual.DASHES)]},
                "marker": {"color": colour, "symbol": visual.SYMBOLS[number], "size": 9},
            }
        )
    lengths = result["lengths"]
    layout = figures.layout(
        380,
        {"title": figures.title(T("objectives.steps.length")), "tickvals": lengths},
        {
            "title": figures.title(T(f"objectives.steps.{'count' if kind == 'steps' else 'ms'}")),
            **({} if kind == "steps" else figures.decades(y for line in traces for y in line["y"])),
        },
        legend={"orientation": "h", "yanchor": "top", "y": -0.34, "x": 0, "font": figures.FONT},
    )
    return {"data": traces, "layout": layout}


def table(result: Result) -> list[dict[str, Any]]:
    return [
        {
            T("objectives.which"): T(f"objectives.model.{model['objective']}"),
            T("objectives.steps.length"): length,
            T("objectives.steps.count"): steps,
            T("objectives.steps.ms"): ms,
        }
        for model in result["models"]
        for length, steps, ms in zip(result["lengths"], model["steps"], model["ms"], strict=True)
    ]
