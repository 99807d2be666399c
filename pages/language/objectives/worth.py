"""The same labelled texts for every model: accuracy against the number of labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.language.objectives.progress import progress
from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T
from pages.ui.runs import experiment
from tlcore.experiments.objectives import reading as objective_reading
from tlcore.experiments.objectives.ready import TASKS
from tlcore.experiments.objectives.spec import GENERATED

PAGE = "objectives"
ASIDE = 0.035  # of a number of labels, to each side: nine intervals would stand in one line
Result = Mapping[str, Any]


def show() -> None:
    data = st.segmented_control(
        T("objectives.data"),
        list(TASKS),
        default=next(iter(TASKS)),
        key=f"{PAGE}.data",
        format_func=lambda name: T(f"objectives.data.{name}"),
        required=True,
    )
    label = T("objectives.worth.start")
    run = experiment.answer(TASKS[data], f"{PAGE}.worth", label, progress)
    if run is None or run.result is None:
        return
    result = run.result
    for sentence in readings(result):
        st.markdown(f"- {sentence}")
    last = objective_reading.ahead(result, len(result["labels"]) - 1)
    st.plotly_chart(
        figure(result["curves"]),
        key=f"{PAGE}.worth.figure",
        config=figures.CONFIG,
        alt=T(
            "objectives.worth.alt",
            n=len(result["curves"]),
            data=T(f"objectives.data.{data}"),
            labels=last.labels,
            best=_name(last.best),
        ),
    )
    if data in GENERATED:
        st.caption(T("objectives.worth.hedge.generated", asked=result["asked"]))
        st.caption(T(f"objectives.worth.{data}"))
    else:
        st.caption(T("objectives.worth.hedge", asked=result["asked"]))
    st.caption(T("objectives.worth.layer"))
    with st.expander(T("table.show")):
        st.dataframe(pd.DataFrame(table(result)), hide_index=True, key=f"{PAGE}.worth.table")


def readings(result: Result) -> list[str]:
    """With fewest and with most labels; a tie is called one."""
    found = []
    for at in (0, len(result["labels"]) - 1):
        told = objective_reading.ahead(result, at)
        values = {"labels": told.labels, "model": _name(told.best)}
        values["accuracy"] = f"{told.accuracy:.0%}"
        if len(told.tied) == len(result["apart"][at]["behind"]) > 1:
            found.append(T("objectives.worth.open", **values))
        elif told.tied:
            others = ", ".join(map(_name, told.tied))
            found.append(T("objectives.worth.tie", **values, others=others))
        else:
            found.append(T("objectives.worth.best", **values))
        better, worse = objective_reading.clear_gains(result, at)
        for key, names in (("better", better), ("worse", worse)):
            if names:
                models = ", ".join(map(_name, names))
                found.append(T(f"objectives.worth.{key}", labels=told.labels, models=models))
        if not better:
            found.append(T("objectives.worth.none", labels=told.labels))
    last = result["curves"]["scratch"][-1]
    values = {"labels": last["labels"], "accuracy": f"{last['accuracy']:.0%}"}
    values["steps"] = result["steps"]
    found.append(T("objectives.worth.scratch", **values, chance=f"{result['chance']:.0%}"))
    return found


def figure(curves: Mapping[str, Any]) -> dict[str, Any]:
    """Each line has a dash and a symbol of its own besides its colour."""
    traces, ticks = [], set[int]()
    middle = (len(curves) - 1) / 2
    for number, (name, points) in enumerate(curves.items()):
        ticks |= {point["labels"] for point in points}
        colour = visual.SERIES[number % len(visual.SERIES)]
        dash = visual.DASHES[number % len(visual.DASHES)]
        if name == "untrained":
            colour, dash = figures.GREY, "dot"
        aside = (1 + ASIDE) ** (number - middle)
        half = [100 * point["half"] for point in points]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": _name(name),
                "x": [point["labels"] * aside for point in points],
                "y": [100 * point["accuracy"] for point in points],
                "error_y": {"type": "data", "array": half, "thickness": 1, "width": 2},
                "line": {"color": colour, "dash": dash, "width": 2},
                "marker": {"color": colour, "symbol": visual.SYMBOLS[number], "size": 9},
                "hovertemplate": "%{y:.1f}%",
            }
        )
    axis = {"type": "log", "tickvals": sorted(ticks), "ticktext": [f"{n:,}" for n in sorted(ticks)]}
    layout = figures.layout(
        480,
        {**axis, "title": figures.title(T("kinds.labels"))},
        {"title": figures.title(T("result.accuracy")), "ticksuffix": "%"},
        legend={"orientation": "h", "yanchor": "top", "y": -0.3, "x": 0, "font": figures.FONT},
    )
    return {"data": traces, "layout": layout}


def table(result: Result) -> dict[str, list[Any]]:
    """A row a model; two columns a number of labels, in percent."""
    curves = result["curves"]
    found: dict[str, list[Any]] = {T("objectives.worth.column.model"): list(map(_name, curves))}
    for labels in result["labels"]:
        points = [
            next((p for p in points if p["labels"] == labels), None) for points in curves.values()
        ]
        for key in ("accuracy", "half"):
            found[T(f"objectives.worth.column.{key}", labels=labels)] = [
                None if point is None else round(100 * point[key], 1) for point in points
            ]
    return found


def _name(model: str) -> str:
    return T(f"objectives.model.{model}")
