"""Curves of a run that went wrong, and of its repair: loss above, accuracy below, one axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import streamlit as st

from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T

Panel = Literal["loss", "accuracy"]
# What each line means, as in the live curves: the training pictures, validation, new pictures,
# the old task.
LOOKS = {
    "train_loss": "kept",
    "val_loss": "target",
    "train_accuracy": "kept",
    "val_accuracy": "target",
    "new": "different",
    "source": "source",
}
HIGH = 20  # a loss that explodes: below it an axis from zero shows all there is


@dataclass(frozen=True)
class Line:
    name: str
    panel: Panel
    x: Sequence[float]
    y: Sequence[float | None]  # accuracy in per cent
    look: str  # of pages.ui.frame.visual


def lines(result: dict[str, Any]) -> list[Line]:
    """Everything that the epochs of a run tell."""
    found = [_line(result, field, T(f"break.line.{field}"), LOOKS[field]) for field in LOOKS]
    return [line for line in found if any(value is not None for value in line.y)]


def pair(broken: dict[str, Any], repaired: dict[str, Any], fields: Sequence[str]) -> list[Line]:
    """The same lines of both runs."""
    found = []
    for field in fields:
        for which, result, look in (
            ("broken", broken, "different"),
            ("repaired", repaired, "kept"),
        ):
            if field == "new" and len(fields) > 2:  # beside validation of the same two runs
                look = {"different": "reference", "kept": "source"}[look]
            name = T(f"break.line.{which}", line=T(f"break.line.{field}"))
            found.append(_line(result, field, name, look))
    return [line for line in found if any(value is not None for value in line.y)]


def _line(result: dict[str, Any], field: str, name: str, look: str) -> Line:
    epochs = result["epochs"]
    values = [epoch.get(field) for epoch in epochs]
    loss = field.endswith("loss")
    shown = [v if v is None or loss else 100 * v for v in values]
    return Line(name, "loss" if loss else "accuracy", [e["epoch"] for e in epochs], shown, look)


def logarithmic(found: Sequence[Line]) -> bool:
    return any(y > HIGH for line in found if line.panel == "loss" for y in line.y if y)


def ends(found: Sequence[Line]) -> str:
    """The last value of each line, in words."""
    told = []
    for line in found:
        last = next(value for value in reversed(line.y) if value is not None)
        told.append(
            f"{line.name} {last:.2f}" if line.panel == "loss" else f"{line.name} {last:.0f}%"
        )
    return ", ".join(told)


def draw(found: Sequence[Line], key: str, alt: str, table: pd.DataFrame) -> None:
    """The chart and its numbers; `alt` is the key of its words, which end with the last values."""
    words = T(alt, last=ends(found))
    st.plotly_chart(figure(found), key=f"{key}.figure", config=figures.CONFIG, alt=words)
    if logarithmic(found):
        st.caption(T("break.log"))
    with st.expander(T("table.show")):
        st.dataframe(table, hide_index=True, key=f"{key}.table")


def figure(found: Sequence[Line]) -> dict[str, Any]:
    """Two panels over one axis of epochs."""
    traces = []
    for line in found:
        digits = "%{y:.2f}" if line.panel == "loss" else "%{y:.0f}%"
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": line.name,
                "x": list(line.x),
                "y": list(line.y),
                "yaxis": "y2" if line.panel == "loss" else "y",
                "line": visual.line(line.look),
                "marker": visual.marker(line.look, 7),
                "hovertemplate": f"{digits}<extra>{figures.text(line.name)}</extra>",
            }
        )
    loss: dict[str, Any] = {"title": figures.title(T("break.axis.loss")), "domain": [0.56, 1]}
    if logarithmic(found):
        loss |= {"type": "log", "exponentformat": "power", "dtick": 1}
    else:
        loss["rangemode"] = "tozero"
    quiet = figures.layout(0, {}, {})["yaxis"]
    layout = figures.layout(
        540,
        {"title": figures.title(T("break.axis.epoch")), "anchor": "y"},
        {
            "title": figures.title(T("break.axis.accuracy")),
            "domain": [0, 0.48],
            "range": [-2, 103],
            "ticksuffix": "%",
        },
        yaxis2={**quiet, **loss, "anchor": "x"},
        legend={
            **{"orientation": "h", "yref": "container", "yanchor": "bottom", "y": 0, "x": 0},
            "font": figures.FONT,
        },
    )
    return {"data": traces, "layout": layout}
