"""The forgetting meter: what is still known of the source, against what was won on the target."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.ui import figures, visual
from pages.ui.frame import T
from pages.ui.rate_strips import PAGE
from pages.ui.rate_words import points, rate
from tlcore import rate_strips, source_task
from tlcore.difference import POINTS
from tlcore.rate_strips import Strip
from tlcore.spread import interval


def show(result: dict[str, Any] | None) -> None:
    """From the result of the strips; without one, where it comes from."""
    if result is None:
        st.caption(T("rates.source.wait"))
        return
    target = rate_strips.of(result, "all")
    source = Strip(target.rates, result["strips"]["all"]["source"], source_task.ASKED)
    st.markdown("\n".join(f"- {line}" for line in said(target, source, result["source_before"])))
    best = {"rate": rate(target.width.best), "target": f"{max(target.mean):.0%}"}
    st.plotly_chart(
        figure(target, source, result["source_before"]),
        key=f"{PAGE}.source.figure",
        config=figures.CONFIG,
        alt=T("rates.source.alt", source=f"{source.mean[_best(target)]:.0%}", **best),
    )
    with st.expander(T("table.show")):
        names = (T("rates.source.target"), T("rates.source.source"))
        table = {T("rates.rate"): [rate(value) for value in target.rates]}
        for name, strip in zip(names, (target, source), strict=True):
            table[name] = [100 * value for value in strip.mean]
            table[f"± {name}"] = [100 * value for value in strip.half]
        number = st.column_config.NumberColumn(format="%.1f")
        config = {name: number for name in table if name != T("rates.rate")}
        st.dataframe(
            pd.DataFrame(table), hide_index=True, key=f"{PAGE}.source.table", column_config=config
        )


def said(target: Strip, source: Strip, before: float) -> list[str]:
    """At the rate that is best for the target, and at the highest one."""
    lines = []
    for place, which in ((_best(target), "best"), (len(target.rates) - 1, "highest")):
        gone = [before - after for after in source.accuracy[place]]
        lost, spread = interval(gone, 1 / source_task.ASKED)
        fate = "forgot" if lost - spread > rate_strips.WITHIN else "open"
        fate = "kept" if lost + spread <= rate_strips.WITHIN else fate
        values = {"before": f"{before:.0%}", "after": f"{source.mean[place]:.0%}"}
        values |= {"lost": points(lost), "half": points(spread)}
        shown = {"rate": rate(target.rates[place]), "target": f"{target.mean[place]:.0%}"}
        lines.append(
            T(f"rates.source.{which}", **shown, **values) + " " + T(f"rates.source.{fate}")
        )
        if which == "best" and fate == "forgot":
            lines[-1] += _harm(target, source)
    return lines


def _harm(target: Strip, source: Strip) -> str:
    """The best rate for the target against the one that kept most of the source, in pairs."""
    kept = source.mean.index(max(source.mean))
    if kept == _best(target):
        return ""
    won = target.difference(_best(target), kept)
    which = {"ahead": "gain", "equal": "equal"}.get(won.word, "undecided")
    values = {"rate": rate(target.rates[kept]), "share": f"{source.mean[kept]:.0%}"}
    values |= {"won": points(won.mean), "half": points(won.half), "margin": POINTS}
    return " " + T(f"rates.source.{which}", **values)


def _best(target: Strip) -> int:
    return target.mean.index(max(target.mean))


def figure(target: Strip, source: Strip, before: float) -> dict[str, Any]:
    """Both against the rate, each mean with its interval; what was known before as a line."""
    traces: list[dict[str, Any]] = []
    for look, strip in (("target", target), ("source", source)):
        spread = [100 * value for value in strip.half]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": T(f"rates.source.{look}"),
                "x": list(strip.rates),
                "y": [100 * value for value in strip.mean],
                "error_y": {"type": "data", "array": spread, "thickness": 1.2, "width": 4},
                "line": visual.line(look, 3),
                "marker": visual.marker(look, 10),
                "hovertemplate": "%{x:.2g}: %{y:.1f}%<extra>%{fullData.name}</extra>",
            }
        )
    traces.append(
        {
            "type": "scatter",
            "mode": "lines",
            "name": T("rates.source.before"),
            "x": [target.rates[0], target.rates[-1]],
            "y": [100 * before] * 2,
            "line": visual.line("reference", 2),
            "hoverinfo": "skip",
        }
    )
    ticks = [1e-4, 1e-3, 1e-2, 1e-1]
    axis = {"type": "log", "tickvals": ticks, "ticktext": [rate(value) for value in ticks]}
    layout = figures.layout(
        380,
        {**axis, "title": figures.title(T("rates.axis"))},
        {"title": figures.title(T("result.accuracy")), "ticksuffix": "%", "range": [0, 102]},
        legend={
            **{"orientation": "h", "yref": "container", "yanchor": "bottom", "y": 0, "x": 0},
            "font": figures.FONT,
        },
    )
    return {"data": traces, "layout": layout}
