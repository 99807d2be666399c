"""How alike the occurrences are at each layer, and what that says."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T
from tlcore.experiments.words import reading as word_reading
from tlcore.experiments.words.reading import Lines, Senses

PAGE = "words_in_context"
# Line: what it looks like.
LOOKS = {
    "every": "kept",
    "same": "similar",
    "different": "different",
    "static": "frozen",
    "others": "source",
    "unrelated": "reference",
}
Result = dict[str, Any]


def show(result: Result, senses: Senses) -> None:
    told = word_reading.lines(result, senses)
    series = by_name(result, told)
    st.markdown(f"**{T('words.lines')}**")
    st.markdown("\n".join(f"- {sentence}" for sentence in readings(result, told)))
    st.plotly_chart(
        figure(series),
        key=f"{PAGE}.lines",
        config=figures.CONFIG,
        alt=T(
            "words.lines.alt",
            layers=len(told.every) - 1,
            first=_two(told.every[0]),
            last=_two(told.every[-1]),
        ),
    )
    place = f" {T('words.lines.place')}" if word_reading.placed(result) else ""
    st.caption(T("words.lines.unrelated") + place)
    with st.expander(T("table.show")):
        columns = {T(f"words.line.{name}"): list(map(_two, ys)) for name, ys in series.items()}
        st.dataframe(
            pd.DataFrame({T("words.column.layer"): range(len(told.every))} | columns),
            hide_index=True,
            key=f"{PAGE}.lines.table",
        )


def by_name(result: Result, told: Lines) -> dict[str, list[float | None]]:
    """What is drawn: pairs by sense where both kinds are known, else all pairs."""
    count = len(told.every)
    static, others = (word_reading.view(result, name)["mean"] for name in ("static", "others"))
    split = word_reading.widest(told) is not None
    pairs = {"same": told.same, "different": told.different} if split else {"every": told.every}
    flat = {"static": [static] * count}
    if others is not None:
        flat["others"] = [others] * count
    return pairs | flat | {"unrelated": told.unrelated}


def readings(result: Result, told: Lines) -> list[str]:
    """Of these sentences, this model; silent about what they do not show."""
    found = [T("words.reading.static")] if word_reading.at_rest(result) else []
    gap = word_reading.widest(told)
    if gap is not None and not word_reading.garbled(result):
        layer, width = gap
        values = {"layer": layer, "same": _two(told.same[layer])}
        values |= {"different": _two(told.different[layer]), "gap": f"{width:.2f}"}
        key = "apart" if width > 0 else "not_apart"
        found.append(T(f"words.reading.{key}", **values))
    if (pair := word_reading.together(result)) is not None:
        cosines = word_reading.of_pair(result, pair)
        names = word_reading.names(result)
        low = min(range(len(cosines)), key=cosines.__getitem__)
        values = {"first": names[pair[0]], "second": names[pair[1]], "low": low}
        values |= {"least": _two(cosines[low]), "last": _two(cosines[-1])}
        key = "blended" if word_reading.blended(cosines) else "together"
        found.append(T(f"words.reading.{key}", **values))
    return found


def figure(series: dict[str, list[float | None]]) -> dict[str, Any]:
    """Each line has a dash and a symbol of its own besides its colour."""
    traces = []
    for name, ys in series.items():
        look = LOOKS[name]
        flat = name in ("static", "others")
        traces.append(
            {
                "type": "scatter",
                "mode": "lines" if flat else "lines+markers",
                "name": T(f"words.line.{name}"),
                "x": list(range(len(ys))),
                "y": ys,
                "line": visual.line(look) | ({"dash": "longdashdot"} if name == "others" else {}),
                "marker": visual.marker(look),
                "hovertemplate": "%{y:.2f}",
            }
        )
    known = [y for ys in series.values() for y in ys if y is not None]
    ticks = list(range(len(next(iter(series.values())))))
    layout = figures.layout(
        380,
        {"title": figures.title(T("words.column.layer")), "tickvals": ticks},
        {"range": [min(0.0, *known) - 0.03, 1.04], "title": figures.title(T("words.cosine"))},
        hovermode="x unified",
        legend={"orientation": "h", "yanchor": "top", "y": -0.22, "x": 0, "font": figures.FONT},
    )
    return {"data": traces, "layout": layout}


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
