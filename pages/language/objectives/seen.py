"""Which words each position of a model can see, as a table of marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T
from tlcore.experiments.objectives import reading as objective_reading

PAGE = "objectives"
Result = Mapping[str, Any]


def show(result: Result) -> None:
    seen = {view["id"]: view for view in result["seen"]}
    chosen = st.segmented_control(
        T("objectives.seen.which"),
        list(seen),
        default=next(iter(seen)),
        key=f"{PAGE}.seen",
        format_func=lambda name: T(f"objectives.seen.{name}"),
        required=True,
    )
    view, pieces = seen[chosen], result["seen_pieces"]
    sight = T(f"objectives.sight.{objective_reading.sight(view)}")
    asked = objective_reading.rows(view)
    pairs = sum(share > 0 for i in asked for share in view["moved"][i])
    st.markdown(f"**{sight}**")
    st.caption(T("objectives.seen.how", pairs=pairs, of=len(asked) * len(pieces)))
    st.plotly_chart(
        figure(view, pieces),
        key=f"{PAGE}.seen.figure",
        config=figures.CONFIG,
        alt=T("objectives.seen.alt", view=T(f"objectives.seen.{chosen}"), sight=sight),
    )
    if len(pieces) < len(result["pieces"]):
        st.caption(T("objectives.seen.cut", n=len(pieces)))
    with st.expander(T("table.show")):
        st.caption(T("objectives.seen.moved"))
        st.dataframe(table(view, pieces), key=f"{PAGE}.seen.table")


def names(view: Mapping[str, Any], pieces: Sequence[str]) -> list[str]:
    """A word with its place, or with its turn where an order was given."""
    order = view.get("order")
    asked = objective_reading.rows(view)
    if order is None:
        return [f"{number} {piece}" for number, piece in enumerate(pieces, start=1)]
    turns = {place: turn for turn, place in enumerate(sorted(asked, key=order.__getitem__), 1)}
    return [f"{turns.get(place, '–')} {piece}" for place, piece in enumerate(pieces)]


def figure(view: Mapping[str, Any], pieces: Sequence[str]) -> dict[str, Any]:
    """A mark in each cell: colour repeats what the mark says."""
    asked = objective_reading.rows(view)
    sees = [[int(share > 0) for share in view["moved"][i]] for i in asked]
    labels = [figures.text(name) for name in names(view, pieces)]
    places = list(range(len(pieces)))
    trace = {
        "type": "heatmap",
        "z": sees,
        "x": places,
        "y": list(range(len(asked))),
        "text": [["●" if one else "·" for one in line] for line in sees],
        "texttemplate": "%{text}",
        "colorscale": [[0, "rgba(0,0,0,0)"], [1, visual.band("kept", 0.3)]],
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "hoverinfo": "skip",
    }
    rows = [labels[i] for i in asked]
    layout = figures.layout(
        150 + 26 * len(asked),
        {
            "side": "top",
            "tickvals": places,
            "ticktext": labels,
            "tickangle": -60,
            "title": figures.title(T("objectives.seen.columns")),
        },
        {
            "autorange": "reversed",
            "tickvals": list(range(len(asked))),
            "ticktext": rows,
            "title": figures.title(T("objectives.seen.rows")),
        },
    )
    return {"data": [trace], "layout": layout}


def table(view: Mapping[str, Any], pieces: Sequence[str]) -> pd.DataFrame:
    """How far each output moved; two words of one name differ by their place."""
    asked = objective_reading.rows(view)
    columns = [f"{place + 1}. {name}" for place, name in enumerate(names(view, pieces))]
    return pd.DataFrame(
        [view["moved"][i] for i in asked], index=[columns[i] for i in asked], columns=columns
    )
