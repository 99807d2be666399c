"""The forgetting meter: what is still known of the source, against what was won on the target."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.lab.learning_rate import solved_anew as forgetting_anew
from pages.lab.learning_rate.sensitivity import PAGE
from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T
from pages.ui.runs.rate_words import points, rate
from tlcore.catalog import source_task
from tlcore.experiments.learning_rate import reading as rate_strips
from tlcore.experiments.learning_rate.reading import Strip
from tlcore.ground.difference import POINTS
from tlcore.ground.spread import interval

LOOKS = ("target", "source")


def show(result: dict[str, Any] | None) -> None:
    """From the result of the strips; without one, where it comes from."""
    if result is None:
        st.caption(T("rates.source.wait"))
        return
    target = rate_strips.of(result, "all")
    source = Strip(target.rates, result["strips"]["all"]["source"], source_task.ASKED)
    before, untaught = result["source_before"], result.get("source_untaught")
    anew = forgetting_anew.of(result, list(target.rates))
    st.markdown("\n".join(f"- {line}" for line in said(target, source, before, anew)))
    best = {"rate": rate(target.width.best), "target": f"{max(target.mean):.0%}"}
    st.plotly_chart(
        figure(target, source, before, anew, untaught),
        key=f"{PAGE}.source.figure",
        config=figures.CONFIG,
        alt=T("rates.source.alt", source=f"{source.mean[_best(target)]:.0%}", **best),
    )
    st.caption(forgetting_anew.floor(result))
    with st.expander(T("table.show")):
        strips = {"target": target, "source": source} | ({"solved": anew} if anew else {})
        table = {T("rates.rate"): [rate(value) for value in target.rates]}
        for name, strip in ((T(f"rates.source.{key}"), strip) for key, strip in strips.items()):
            table[name] = [100 * value for value in strip.mean]
            table[f"± {name}"] = [100 * value for value in strip.half]
        number = st.column_config.NumberColumn(format="%.1f")
        config = {name: number for name in table if name != T("rates.rate")}
        st.dataframe(
            pd.DataFrame(table), hide_index=True, key=f"{PAGE}.source.table", column_config=config
        )


def said(target: Strip, source: Strip, before: float, anew: Strip | None = None) -> list[str]:
    """At the rate that is best for the target, and at the highest one.  `anew`: of a head solved
    anew on the source."""
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
        if anew:
            lines[-1] += " " + forgetting_anew.said(source, anew, place, before)
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


def figure(
    target: Strip, source: Strip, before: float, anew: Strip | None, untaught: float | None
) -> dict[str, Any]:
    """Each against the rate, every mean with its interval; what was known before, and what is found
    on untaught blocks, as lines."""
    traces: list[dict[str, Any]] = []
    looks = {k: {"line": visual.line(k, 3), "marker": visual.marker(k, 10)} for k in LOOKS}
    strips = {"target": target, "source": source} | ({"solved": anew} if anew else {})
    for look, strip in strips.items():
        spread = [100 * value for value in strip.half]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": T(f"rates.source.{look}"),
                "x": list(strip.rates),
                "y": [100 * value for value in strip.mean],
                "error_y": {"type": "data", "array": spread, "thickness": 1.2, "width": 4},
                **looks.get(look, forgetting_anew.look()),
                "hovertemplate": "%{x:.2g}: %{y:.1f}%<extra>%{fullData.name}</extra>",
            }
        )
    levels = {"before": (before, "reference"), "untaught": (untaught, "new")}
    for name, (level, meaning) in levels.items():
        if level is not None:
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "name": T(f"rates.source.{name}"),
                    "x": [target.rates[0], target.rates[-1]],
                    "y": [100 * level] * 2,
                    "line": visual.line(meaning, 2),
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
