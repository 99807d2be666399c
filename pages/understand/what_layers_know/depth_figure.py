"""The freeze-depth curves as figures: ours in bands, the published ones behind on their own axis.

Colour and symbol say where the copied blocks come from (source: A, target: B), the dash whether
they are frozen.  Both axes are as long in points and both bases lie at one height, so that what
looks like the same drop is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T
from tlcore.experiments.claims.depths import yosinski
from tlcore.experiments.claims.depths.reading import TUNED, Point, Record

ORIGIN = {"A": "source", "B": "target"}  # by the first letter of a curve
THIN = {"width": 3, "thickness": 1.5, "color": visual.colour("reference")}
ROOM = 1.0  # points above and below the outermost value


def look(curve: str) -> tuple[str, str]:
    """Its two meanings: where the blocks come from, whether they learn."""
    return ORIGIN[curve[0]], "learning" if curve in TUNED else "frozen"


def figure(
    record: Record, split: str, curves: Sequence[str], live: Sequence[tuple[int, float]] = ()
) -> dict[str, Any]:
    """`live`: (n, accuracy in shares of 1) of the reader's own runs."""
    base, printed = record.base(split), yosinski.base(split)
    found = {name: record.curve(split, name) for name in curves}
    theirs = {name: ys for name, ys in yosinski.curves(split).items() if name in curves}
    traces = _published(theirs)
    traces += _level(base, record.depths)
    for name, points in found.items():
        traces += _ours(name, points)
    if live:
        traces.append(_mine(live))
    apart = [100 * (a - base.mean) for _, a in live]
    for points in found.values():
        apart += [100 * (p.mean + s * (p.half or 0) - base.mean) for p in points for s in (-1, 1)]
    apart += [100 * (y - printed) for ys in theirs.values() for y in ys]
    low, high = min(0.0, *apart) - ROOM, max(0.0, *apart) + ROOM
    layout = figures.layout(
        440,
        {"title": figures.title(T("depths.axis.n")), "dtick": 1, "showgrid": False},
        _percent(T("depths.axis.ours"), 100 * base.mean, low, high),
        yaxis2={
            **_percent(T("depths.axis.theirs"), 100 * printed, low, high),
            **{"overlaying": "y", "side": "right", "showgrid": False, "tickmode": "auto"},
            **{"fixedrange": True, "automargin": True, "tickfont": figures.FONT, "zeroline": False},
        },
        hovermode="x unified",
        legend=_legend(),
    )
    return {"data": traces, "layout": layout}


def parts_figure(record: Record, split: str) -> dict[str, Any]:
    """The drop at every depth in its two parts, in points."""
    drops = [record.drop(split, n) for n in record.depths]
    parts = {
        "co_adaptation": ("target", [drop.co_adaptation for drop in drops]),
        "specificity": ("source", [drop.specificity for drop in drops]),
    }
    traces: list[dict[str, Any]] = [
        {
            "type": "bar",
            "name": T(f"depths.part.{name}"),
            "x": record.depths,
            "y": [100 * value.mean for value in values],
            "error_y": {"type": "data", "array": [100 * value.half for value in values], **THIN},
            "marker": visual.bar(meaning),
            "hovertemplate": "%{y:.1f}<extra>%{fullData.name}</extra>",
        }
        for name, (meaning, values) in parts.items()
    ]
    layout = figures.layout(
        340,
        {"title": figures.title(T("depths.axis.n")), "dtick": 1, "showgrid": False},
        {"title": figures.title(T("depths.axis.points")), "zeroline": True},
        barmode="group",
        legend=_legend(),
    )
    return {"data": traces, "layout": layout}


def _ours(name: str, points: Sequence[Point]) -> list[dict[str, Any]]:
    origin, state = look(name)
    x = [point.n for point in points]
    edges = [[100 * (p.mean + s * (p.half or 0)) for p in points] for s in (1, -1)]
    line = {**visual.line(origin, 3), "dash": visual.MEANINGS[state].dash}
    return [
        *_band(x, edges[0], edges[1], origin),
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": T(f"depths.curve.{name}"),
            "x": x,
            "y": [100 * point.mean for point in points],
            "line": line,
            "marker": visual.marker(origin, 11),
            "hovertemplate": "%{y:.1f}%",
        },
    ]


def _level(base: Point, depths: Sequence[int]) -> list[dict[str, Any]]:
    """The base over all depths."""
    x = [min(depths) - 0.3, max(depths) + 0.3]
    edges = [[100 * (base.mean + s * (base.half or 0))] * 2 for s in (1, -1)]
    level = {
        "type": "scatter",
        "mode": "lines",
        "name": T("depths.curve.base"),
        "x": x,
        "y": [100 * base.mean] * 2,
        "line": {**visual.line("new", 2)},
        "hoverinfo": "skip",
    }
    return [*_band(x, edges[0], edges[1], "new"), level]


def _band(
    x: Sequence[float], high: Sequence[float], low: Sequence[float], meaning: str
) -> list[dict[str, Any]]:
    edge = {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "line": {"width": 0},
        "showlegend": False,
        "hoverinfo": "skip",
    }
    filled = {"fill": "tonexty", "fillcolor": visual.band(meaning)}
    return [{**edge, "y": high}, {**edge, "y": low, **filled}]


def _published(theirs: dict[str, tuple[float, ...]]) -> list[dict[str, Any]]:
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": T("depths.published", curve=name),
            "x": list(yosinski.DEPTHS),
            "y": [100 * y for y in ys],
            "yaxis": "y2",
            "line": {**visual.line("reference", 1.5), "dash": visual.MEANINGS[look(name)[1]].dash},
            "marker": {
                "color": visual.colour("reference"),
                "symbol": f"{visual.MEANINGS[look(name)[0]].symbol}-open",
                "size": 8,
            },
            "hovertemplate": "%{y:.1f}%",
        }
        for name, ys in theirs.items()
    ]


def _mine(live: Sequence[tuple[int, float]]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": T("depths.live.dot"),
        "x": [n for n, _ in live],
        "y": [100 * accuracy for _, accuracy in live],
        "marker": {**visual.marker("learning", 14), "symbol": "star-diamond"},
        "hovertemplate": "%{y:.1f}%",
    }


def _percent(title: str, base: float, low: float, high: float) -> dict[str, Any]:
    return {
        "title": figures.title(title),
        "range": [base + low, base + high],
        "ticksuffix": "%",
    }


def _legend() -> dict[str, Any]:
    """Under the axis title, wherever a narrow screen puts that."""
    place = {"orientation": "h", "yref": "container", "yanchor": "bottom", "y": 0, "x": 0}
    return {**place, "font": figures.FONT, "traceorder": "normal"}  # bands would turn it round
