"""Where one occurrence of the word looks, layer by layer: the model's own attention weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T, plain
from tlcore.experiments.words import reading as word_reading

PAGE = "words_in_context"
Result = Mapping[str, Any]


def show(result: Result) -> None:
    """Nothing for a model that has no such weights, or a result of before they were told."""
    told = result.get("attention") or []
    if not told:
        return
    names = word_reading.names(result)[: len(told)]
    st.markdown(f"**{T('words.attention')}**")
    st.markdown(T("words.attention.about"))
    chosen = st.segmented_control(
        T("words.attention.which"),
        range(len(told)),
        default=0,
        key=f"{PAGE}.attention.of",
        format_func=lambda number: names[number],
        required=True,
    )
    one = told[min(chosen, len(told) - 1)]
    st.plotly_chart(
        figure(one),
        key=f"{PAGE}.attention",
        config=figures.CONFIG,
        alt=T("words.attention.alt", word=result["word"], told=" ".join(readings(one))),
    )
    st.markdown("\n".join(f"- {line}" for line in readings(one)))
    st.caption(T("words.attention.caution"))
    with st.expander(T("table.show")):
        st.dataframe(table(one), key=f"{PAGE}.attention.table")


def readings(one: Mapping[str, Any]) -> list[str]:
    """Of the first and the last layer: what gets most beside the word itself, and the marks."""
    found = []
    for layer in (0, len(one["layers"]) - 1):
        reading = word_reading.looks_at(one, layer)
        told = {"layer": layer + 1, "marks": f"{reading.marks:.0%}", "own": f"{reading.own:.0%}"}
        if reading.piece is None:
            found.append(T("words.attention.read.alone", **told))
        else:
            piece = plain(one["pieces"][reading.piece])
            share = f"{one['layers'][layer][reading.piece]:.0%}"
            found.append(T("words.attention.read", piece=piece, share=share, **told))
    return found


def labels(one: Mapping[str, Any]) -> list[str]:
    """By their places, so that equal pieces stay apart; the word's own between arrows."""
    return [
        f"{place} ▸{piece}◂" if place - 1 in one["word"] else f"{place} {piece}"
        for place, piece in enumerate(one["pieces"], start=1)
    ]


def figure(one: Mapping[str, Any]) -> dict[str, Any]:
    """A line a layer, from the input down; a cell's number says what its colour says."""
    lines = one["layers"]
    many = len(one["pieces"])
    few = many <= 24  # numbers fit into the cells
    trace = {
        "type": "heatmap",
        "z": [[100 * share for share in line] for line in lines],
        "x": list(range(many)),
        "y": list(range(1, len(lines) + 1)),
        "text": [[f"{100 * share:.0f}" if few else "" for share in line] for line in lines],
        "texttemplate": "%{text}",
        "colorscale": [[0, "rgba(0,0,0,0)"], [1, visual.band("kept", 0.6)]],
        "zmin": 0,
        "zmax": max(25.0, *(100 * share for line in lines for share in line)),
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "customdata": [[figures.text(piece) for piece in one["pieces"]] for _ in lines],
        "hovertemplate": "%{customdata}: %{z:.1f}%<extra></extra>",
    }
    layout = figures.layout(
        150 + 30 * len(lines),
        {
            "side": "top",
            "tickvals": list(range(many)),
            "ticktext": [figures.text(label) for label in labels(one)],
            "tickangle": -60,
        },
        {
            "autorange": "reversed",
            "dtick": 1,
            "title": figures.title(T("words.column.layer")),
        },
    )
    return {"data": [trace], "layout": layout}


def table(one: Mapping[str, Any]) -> pd.DataFrame:
    """In percent."""
    lines = [[round(100 * share, 1) for share in line] for line in one["layers"]]
    rows = pd.DataFrame(lines, columns=labels(one))
    rows.insert(0, T("words.column.layer"), range(1, len(lines) + 1))
    return rows
