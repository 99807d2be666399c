"""Dimension reduction: each digit stands where its two numbers put it."""

from __future__ import annotations

import time
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T
from tlcore.experiments.kinds import projection

PAGE = "kinds_of_learning"


def show() -> None:
    began = time.perf_counter()
    pixels, shown = projection.digits()
    flat = projection.flatten(pixels)
    ms = f"{1000 * (time.perf_counter() - began):.0f}"
    first, second = (f"{share:.0%}" for share in flat.kept)
    values = {"n": len(shown), "first": first, "second": second}
    values["both"] = f"{sum(flat.kept):.0%}"
    st.markdown(T("kinds.reduction.told", ms=ms, **values))
    st.plotly_chart(
        digits_figure(flat, shown.tolist()),
        key=f"{PAGE}.reduction",
        config=figures.CONFIG,
        alt=T("kinds.reduction.alt", **values),
    )
    with st.expander(T("table.show")):
        middles = pd.DataFrame(flat.places).groupby(shown).mean().round(1).reset_index()
        middles.columns = [T("kinds.reduction.digit"), "1", "2"]
        st.caption(T("kinds.reduction.middles"))
        st.dataframe(middles, hide_index=True, key=f"{PAGE}.reduction.table")


def digits_figure(flat: projection.Flat, shown: list[int]) -> dict[str, Any]:
    """The digit itself is the mark: colour only helps the eye."""
    colours = [*visual.SERIES, *visual.SERIES]
    trace = {
        "type": "scatter",
        "mode": "text",
        "x": flat.places[:, 0].round(2).tolist(),
        "y": flat.places[:, 1].round(2).tolist(),
        "text": [str(digit) for digit in shown],
        "textfont": {"size": 14, "color": [colours[digit] for digit in shown]},
        "hoverinfo": "skip",
    }
    bare = {"showticklabels": False, "showgrid": False}
    layout = figures.layout(
        420,
        {**bare, "title": figures.title(T("kinds.reduction.first"))},
        {**bare, "title": figures.title(T("kinds.reduction.second"))},
        showlegend=False,
    )
    return {"data": [trace], "layout": layout}
