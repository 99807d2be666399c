"""The strips as a figure: score against rate on a logarithmic axis, the width as a broad band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T
from pages.ui.runs.rate_words import factor, rate
from tlcore.experiments.learning_rate.reading import WITHIN, Strip

STRIPS = {"head": "frozen", "all": "kept"}  # strip -> its meaning: what becomes of the blocks


def figure(found: Mapping[str, Strip], solved: Sequence[float]) -> dict[str, Any]:
    traces: list[dict[str, Any]] = []
    for name, strip in found.items():
        traces += _curve(name, strip)
        traces.append(_width(name, strip))
    rates = [value for strip in found.values() for value in strip.rates]
    level = 100 * fmean(solved)
    traces.append(
        {
            "type": "scatter",
            "mode": "lines",
            "name": T("rates.solved.line"),
            "x": [min(rates), max(rates)],
            "y": [level, level],
            "line": visual.line("reference", 2),
            "hovertemplate": "%{y:.1f}%<extra>%{fullData.name}</extra>",
        }
    )
    ticks = [10.0**k for k in range(-5, 2)]
    layout = figures.layout(
        430,
        {
            "type": "log",
            "title": figures.title(T("rates.axis")),
            "tickvals": ticks,
            "ticktext": [rate(value) for value in ticks],
        },
        {"title": figures.title(T("result.accuracy")), "ticksuffix": "%", "rangemode": "tozero"},
        hovermode="closest",
        legend={
            **{"orientation": "h", "yref": "container", "yanchor": "bottom", "y": 0, "x": 0},
            **{"font": figures.FONT, "traceorder": "normal"},  # bands would turn it round
        },
    )
    return {"data": traces, "layout": layout}


def _curve(name: str, strip: Strip) -> list[dict[str, Any]]:
    """The mean over the seeds in the band of its interval."""
    look, x = STRIPS[name], list(strip.rates)
    pairs = list(zip(strip.mean, strip.half, strict=True))
    edges = [[100 * min(1.0, max(0.0, m + s * h)) for m, h in pairs] for s in (1, -1)]
    edge = {
        **{"type": "scatter", "mode": "lines", "x": x, "line": {"width": 0}},
        **{"showlegend": False, "hoverinfo": "skip"},
    }
    return [
        {**edge, "y": edges[0]},
        {**edge, "y": edges[1], "fill": "tonexty", "fillcolor": visual.band(look)},
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": T(f"rates.strip.{name}"),
            "x": x,
            "y": [100 * value for value in strip.mean],
            "line": visual.line(look, 3),
            "marker": visual.marker(look, 9),
            "hovertemplate": "%{x:.2g}: %{y:.1f}%<extra>%{fullData.name}</extra>",
        },
    ]


def _width(name: str, strip: Strip) -> dict[str, Any]:
    """Two points under the best: from where to where the score is above that."""
    width, look = strip.width, STRIPS[name]
    level = 100 * (max(strip.mean) - WITHIN)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": T(f"rates.wide.{name}", factor=factor(width.tens)),
        "x": [width.low, width.high],
        "y": [level, level],
        "line": {"color": visual.colour(look), "width": 9},
        "opacity": 0.45,
        "hoverinfo": "name",
    }
