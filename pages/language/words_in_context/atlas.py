"""Where a word's occurrences lie: a slider goes from the static row through the layers."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T
from tlcore.experiments.words import reading as word_reading
from tlcore.experiments.words.reading import Senses

PAGE = "words_in_context"
STATIC, OTHERS = "static", "others"
Result = dict[str, Any]


@st.fragment
def show(result: Result, senses: Senses) -> None:
    """The slider runs these lines alone, not the page."""
    options = [STATIC, *(v["id"] for v in word_reading.layers(result)), OTHERS]
    last, place = len(options) - 3, word_reading.placed(result)

    def say(view: str) -> str:
        return called(view, last, place)

    kept = st.session_state.get(f"{PAGE}.view.kept", STATIC)
    st.session_state[f"{PAGE}.view"] = kept if kept in options else STATIC
    st.select_slider(
        T("words.view"),
        options,
        key=f"{PAGE}.view",
        format_func=say,
        on_change=_keep,
    )
    name = st.session_state[f"{PAGE}.view"]
    found = word_reading.view(result, name)
    st.markdown(_words(result, name))
    st.plotly_chart(
        figure(result, senses, name),
        key=f"{PAGE}.map",
        config=figures.CONFIG,
        alt=T(
            "words.map.alt",
            n=len(result["found"]),
            view=say(name),
            mean="–" if found["mean"] is None else f"{found['mean']:.2f}",
        ),
    )
    if found["share"] is not None:
        st.caption(T("words.map.axes", share=f"{found['share']:.0%}"))
    with st.expander(T("words.table")):
        st.dataframe(pd.DataFrame(table(result, name)), hide_index=True, key=f"{PAGE}.cosines")


def called(name: str, last: int, place: bool = True) -> str:
    """Of a view; `last` is the number of the last layer, `place` whether the first adds it."""
    if name in (STATIC, OTHERS):
        return T(f"words.view.{name}")
    if name == "0":
        return T("words.view.first" if place else "words.view.row")
    return T("words.view.last" if int(name) == last else "words.view.layer", n=name)


def _keep() -> None:
    st.session_state[f"{PAGE}.view.kept"] = st.session_state[f"{PAGE}.view"]


def _words(result: Result, name: str) -> str:
    if name == STATIC and word_reading.at_rest(result):
        return T("words.map.static", n=len(result["found"]))
    found = word_reading.extremes(result, name)
    mean = word_reading.view(result, name)["mean"]
    if found is None:
        return T("words.map.mean", mean="–" if mean is None else f"{mean:.2f}")
    names, (most, least) = word_reading.names(result), found
    forms = f"{T('words.map.forms')} " if name == STATIC else ""
    return forms + T(
        "words.map.told",
        mean=f"{mean:.2f}",
        near=f"{names[most.first]} · {names[most.second]}",
        most=f"{most.cosine:.2f}",
        far=f"{names[least.first]} · {names[least.second]}",
        least=f"{least.cosine:.2f}",
    )


def figure(result: Result, senses: Senses, name: str) -> dict[str, Any]:
    """A symbol and a name a sense; the same paper for every view, so that near is near."""
    found, names = word_reading.view(result, name), word_reading.names(result)
    known = list(dict.fromkeys(senses))
    traces = []
    for place, sense in enumerate(known):
        at = [i for i, of in enumerate(senses) if of == sense]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers+text",
                "name": T("words.sense.unknown") if sense is None else T(f"sense.{sense}"),
                "x": [found["map"][i][0] for i in at],
                "y": [found["map"][i][1] for i in at],
                "text": [names[i] for i in at],
                "textposition": "top center",
                "textfont": figures.FONT,
                "marker": {
                    "size": 13,
                    "symbol": figures.SYMBOLS[place % len(figures.SYMBOLS)],
                    "color": figures.COLOURS[place % len(figures.COLOURS)],
                },
                "cliponaxis": False,
                "hovertemplate": "%{text}<extra>%{fullData.name}</extra>",
            }
        )
    far = max(abs(c) for v in result["views"] for point in v["map"] for c in point)
    bare = {"showticklabels": False, "range": [-1.2 * far, 1.2 * far], "showgrid": False}
    line = {"zeroline": True, "zerolinecolor": visual.band("reference", 0.4)}
    layout = figures.layout(
        440,
        {**bare, **line},
        {**bare, **line, "scaleanchor": "x"},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "font": figures.FONT},
        showlegend=known != [None],
    )
    return {"data": traces, "layout": layout}


def table(result: Result, name: str) -> dict[str, list[Any]]:
    """Every cosine of this view, occurrences by their names."""
    names, found = word_reading.names(result), word_reading.view(result, name)["cosine"]
    return {T("words.column.number"): names} | {
        of: ["–" if line[j] is None else f"{line[j]:.2f}" for line in found]
        for j, of in enumerate(names)
    }
