"""Accuracy against cost: a mark for each strategy, and the Pareto front through the best."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from pages.ui.charts import figures
from pages.ui.frame.speech import T
from tlcore.experiments.compare import reading as verdict
from tlcore.experiments.compare.reading import Standing, Verdict

Cost = Literal["seconds", "learning"]
COSTS: Mapping[Cost, Callable[[Standing], float]] = {
    "seconds": lambda row: row.seconds,
    "learning": lambda row: row.learning,
}


def figure(told: Verdict, cost: Cost, labels: Mapping[str, str]) -> dict[str, Any]:
    """Cost on a logarithmic axis, accuracy in per cent with its interval."""
    of = COSTS[cost]
    front = verdict.front(told.rows, of)
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": T("compare.front"),
        "x": [of(row) for row in front],
        "y": [100 * row.mean for row in front],
        "line": {"color": figures.GREY, "dash": "dot", "width": 2, "shape": "hv"},
        "hoverinfo": "skip",
    }
    marks = []
    for place, row in enumerate(told.rows):
        if not row.scores:
            continue
        mark: dict[str, Any] = {
            "type": "scatter",
            "mode": "markers",
            "name": figures.text(labels[row.strategy]),
            "x": [of(row)],
            "y": [100 * row.mean],
            "marker": {
                "color": figures.COLOURS[place % len(figures.COLOURS)],
                "symbol": figures.SYMBOLS[place % len(figures.SYMBOLS)],
                "size": 15 if row is told.cheapest else 10,
                "line": {"width": 3 if row is told.cheapest else 0, "color": figures.GREY},
            },
            "hovertemplate": "%{y:.1f}%",
        }
        if row.half is not None:
            mark["error_y"] = {"type": "data", "array": [100 * row.half], "thickness": 1.2}
        marks.append(mark)
    layout = figures.layout(
        310 + 20 * len(marks),  # a line of the legend for each
        {
            "title": figures.title(T(f"compare.cost.{cost}")),
            **figures.decades([mark["x"][0] for mark in marks]),
        },
        {"title": figures.title(T("result.accuracy")), "ticksuffix": "%"},
        legend={
            **{"orientation": "h", "yref": "container", "yanchor": "bottom", "y": 0, "x": 0},
            "font": figures.FONT,
        },
    )
    return {"data": [line, *marks], "layout": layout}


def told_in_words(told: Verdict, cost: Cost, labels: Mapping[str, str]) -> str:
    """For whoever cannot see it: the front from cheap to dear."""
    front = verdict.front(told.rows, COSTS[cost])
    points = ", ".join(f"{labels[row.strategy]} {row.mean:.1%}" for row in front)
    return T(f"compare.alt.{cost}", points=points)
