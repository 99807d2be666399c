"""The report's charts as Plotly figures, written as plain dicts: no drawing happens here.

A colour is "@name", a variable of the page, so that a chart follows light and dark.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from tlcore.experiments.export.subject import Subject
from tlcore.runs.run import Row
from tlcore.training import values

Figure = dict[str, Any]
LOOKS = {  # of a line beside validation: its marks, and itself
    "source": (
        {"color": "@source", "size": 7, "symbol": "hexagon"},
        {"color": "@source", "width": 2, "dash": "dash"},
    ),
    "source_solved": (
        {"color": "@source", "size": 8, "symbol": "hexagon-open"},
        {"color": "@source", "width": 1.5, "dash": "dot"},
    ),
}
OTHER = (
    {"color": "@soft", "size": 7, "symbol": "square"},
    {"color": "@soft", "width": 2, "dash": "dashdot"},
)
POINTS = 1_000  # on a line, and columns of the strip: more than a screen is wide


def all_of(subject: Subject, words: Mapping[str, str]) -> dict[str, Figure]:
    found = {"loss": loss(subject, words), "accuracy": accuracy(subject, words)}
    return found | {"strip": gradients(subject, words)}


def loss(subject: Subject, words: Mapping[str, str]) -> Figure:
    """Every batch, a running mean over them, and validation after each epoch."""
    steps = [row for row in subject.steps if row["loss"] is not None]
    bins = binned(steps)
    x = [part[-1]["step"] for part in bins]
    y = [fmean(row["loss"] for row in part) for part in bins]
    window = max(1, len(y) // 20)
    smooth = [fmean(y[max(0, at - window + 1) : at + 1]) for at in range(len(y))]
    raw = _line(words["live.legend.raw"], x, y, "@accent", width=1) | {"opacity": 0.35}
    told = words["live.legend.training"]
    data = [raw, _line(told, x, smooth, "@accent")] if window > 1 else []
    data = data or [_line(told, x, y, "@accent")]
    told = words["live.legend.validation"]
    data += [_marked(told, subject.telling("val_loss"), "val_loss")]
    data += _others(subject, words, "loss")
    values = [value for line in data for value in line["y"] if value > 0]
    wide = bool(values) and max(values) > 50 * min(values)
    return {"data": data, "layout": _layout(words, {"type": "log", "dtick": 1} if wide else {})}


def accuracy(subject: Subject, words: Mapping[str, str]) -> Figure:
    """Training accuracy is the mean over an epoch's batches, the weights moving meanwhile."""
    known = [row for row in subject.epochs if row["train_accuracy"] is not None]
    training = _marked(words["live.legend.training"], known, "train_accuracy")
    training |= {
        "line": {"color": "@accent", "width": 2},
        "marker": {"color": "@accent", "size": 5},
    }
    validation = _marked(words["live.legend.validation"], subject.epochs, "val_accuracy")
    data = [training, validation]
    data += _others(subject, words, "accuracy")
    axis = {"range": [0, 1.02], "tickformat": ".0%"}
    return {"data": data, "layout": _layout(words, axis)}


def gradients(subject: Subject, words: Mapping[str, str]) -> Figure:
    """One row a group, the input on top; a frozen one receives no gradient and stays empty."""
    groups, bins = subject.groups, binned(subject.steps)
    norms = [[middle([row["grad_norm"].get(group) for row in b]) for b in bins] for group in groups]
    logs = [[None if v is None else round(math.log10(v), 3) for v in row] for row in norms]
    known = sorted(value for row in logs for value in row if value is not None)
    low, high = (known[len(known) // 50], known[-1 - len(known) // 50]) if known else (-1.0, 0.0)
    high = max(high, low + 0.1)
    whole = [float(m) for m in range(math.floor(low), math.ceil(high) + 1) if low <= m <= high]
    marks = whole if len(whole) > 1 else [low, high]
    names = [words["live.group.head"] if group == "head" else group for group in groups]
    heat = {
        "type": "heatmap",
        "x": [part[-1]["step"] for part in bins],
        "y": names,
        "z": logs,
        "customdata": [[_short(value) for value in row] for row in norms],
        "hovertemplate": "%{y} · %{x}: %{customdata}<extra></extra>",
        "zmin": low,
        "zmax": high,
        "hoverongaps": False,
        "ygap": 2,
        "colorscale": [[0, "@heat0"], [0.35, "@heat1"], [0.7, "@heat2"], [1, "@heat3"]],
        "colorbar": {
            "thickness": 10,
            "outlinewidth": 0,
            "tickvals": marks,
            "ticktext": [_short(10.0**mark) for mark in marks],
            "tickfont": {"color": "@soft"},
        },
    }
    layout = _layout(words, {"autorange": "reversed", "type": "category", "showgrid": False})
    layout["hovermode"] = "closest"
    layout["xaxis"]["showgrid"] = False
    layout["margin"]["t"] = 8
    frozen = [names[i] for i, group in enumerate(subject.start["groups"]) if _frozen(group)]
    layout["annotations"] = [
        {"x": 0.5, "xref": "paper", "y": name, "showarrow": False, "text": words["live.frozen"]}
        | {"font": {"color": "@frozen-ink", "size": 12}}
        for name in frozen
    ]
    layout["shapes"] = [
        {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": at - 0.46, "y1": at + 0.46}
        | {"fillcolor": "@frozen", "opacity": 0.22, "line": {"width": 0}, "layer": "below"}
        for at, name in enumerate(names)
        if name in frozen
    ]
    return {"data": [heat], "layout": layout}


def _frozen(group: Mapping[str, Any]) -> bool:
    return bool(group["state"] == "frozen")


def binned(steps: Sequence[Row]) -> list[Sequence[Row]]:
    """At most POINTS parts of as many steps each; the last may be shorter."""
    size = max(1, math.ceil(len(steps) / POINTS))
    return [steps[at : at + size] for at in range(0, len(steps), size)]


def middle(values: Sequence[float | None]) -> float | None:
    """Geometric mean of the positive ones: gradients differ by factors, not by differences."""
    known = [math.log(value) for value in values if value is not None and value > 0]
    return math.exp(fmean(known)) if known else None


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.2g}"


def _line(name: str, x: list[int], y: list[float], colour: str, width: int = 2) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": x,
        "y": [float(f"{value:.4g}") for value in y],
        "line": {"color": colour, "width": width},
    }


def _marked(name: str, epochs: Sequence[Row], field: str) -> Figure:
    x, y = [row["step"] for row in epochs], [row[field] for row in epochs]
    marks = {"mode": "lines+markers", "marker": {"color": "@valid", "size": 6}}
    return _line(name, x, y, "@valid") | marks


def _others(subject: Subject, words: Mapping[str, str], panel: str) -> list[Figure]:
    """The lines of what else is marked after each epoch, where the run tells it."""
    told = []
    for value in values.beside_validation(panel):
        if rows := subject.telling(value.name):
            told.append(_marked(words[f"live.legend.{value.line}"], rows, value.name))
            marker, line = LOOKS.get(value.line, OTHER)
            told[-1] |= {"marker": dict(marker), "line": dict(line)}
    return told


def _layout(words: Mapping[str, str], y: dict[str, Any]) -> Figure:
    common = {"gridcolor": "@line", "zeroline": False, "linecolor": "@line", "automargin": True}
    step = {"title": {"text": words["live.axis.step"], "standoff": 8}, "rangemode": "tozero"}
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": 13, "color": "@soft"},
        "margin": {"l": 44, "r": 8, "t": 34, "b": 44},
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": "@sheet", "bordercolor": "@line", "font": {"color": "@ink"}},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": common | step,
        "yaxis": common | {"tickcolor": "@line"} | y,
        "dragmode": False,
    }
