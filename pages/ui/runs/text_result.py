"""Test texts with what was said of them: which it took for what, surest right, furthest wrong."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts.confusion import confusion
from pages.ui.frame.speech import T, plain, words
from pages.ui.runs import by_class
from pages.ui.runs.naming import class_names
from tlcore.runs.store.store import Run

MOST = 8  # texts under each other; the count beside them is the whole truth


def show(run: Run, result: dict[str, Any]) -> None:
    names = class_names(run)
    st.subheader(T("confusion.title"), anchor=False)
    st.caption(T("tune.confusion.reading"))
    row, column = confusion(
        result["confusion"],
        names,
        words=words("confusion") | {"confusion.aria": words("tune")["tune.confusion.aria"]},
        key=f"fine_tune.confusion.{run.id}",
    )
    truth, said = result["truth"], result["predictions"]
    cell = [i for i in range(len(truth)) if (truth[i], said[i]) == (row, column)]
    told = {"truth": plain(names[row]), "said": plain(names[column])}
    st.markdown(T("tune.confusion.cell", **told, n=len(cell)))
    _texts(result, names, cell[:MOST])
    if len(cell) > MOST:
        st.caption(T("tune.confusion.more", n=len(cell) - MOST))
    with st.expander(T("table.show")):
        st.dataframe(pd.DataFrame(result["confusion"], index=names, columns=names))
        by_class.table(result["confusion"], names)
    for kind in ("worst", "best"):
        st.markdown(f"**{T(f'tune.{kind}')}**")
        _texts(result, names, result[kind][:MOST])
    if result.get("cut"):
        st.caption(T("tune.cut", n=result["cut"]))


def table(result: dict[str, Any], names: list[str], which: list[int]) -> pd.DataFrame:
    """Answer and truth first, which a phone shows without scrolling; text, how sure in percent."""
    truth, said = result["truth"], result["predictions"]
    return pd.DataFrame(
        {
            T("tune.said"): [
                f"{'✓' if truth[i] == said[i] else '✗'} {names[said[i]]}" for i in which
            ],
            T("tune.truth"): [names[truth[i]] for i in which],
            T("tune.text"): [result["texts"][i] for i in which],
            T("tune.sure"): [100 * result["confidence"][i] for i in which],
        }
    )


def _texts(result: dict[str, Any], names: list[str], which: list[int]) -> None:
    """As a table: what a text says is data there, never Markdown or HTML."""
    if not which:
        return
    st.dataframe(
        table(result, names, which),
        hide_index=True,
        row_height=80,
        column_config={
            T("tune.said"): st.column_config.TextColumn(width="small"),
            T("tune.truth"): st.column_config.TextColumn(width="small"),
            T("tune.text"): st.column_config.TextColumn(width="large"),
            T("tune.sure"): st.column_config.NumberColumn(format="%.0f%%", width="small"),
        },
    )
