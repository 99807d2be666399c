"""The same pictures for each backbone that is here: similar for one, different for another."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.decide.my_dataset.chooser import Choice
from pages.decide.my_dataset.similarity import Result, columns, found, progress
from pages.ui.charts import backbone_rows
from pages.ui.forms import clicks
from pages.ui.frame.speech import T
from pages.ui.runs import fetching, told
from tlcore import catalog
from tlcore.catalog import stored
from tlcore.experiments.similarity import reading as nearness


def show(choice: Choice) -> None:
    """What was measured so far, and a button for the built-in ones that were not."""
    st.header(T("my_dataset.compare"), anchor=False)
    st.markdown(T("compare.about"))
    rows, left = [], []
    for row in catalog.backbones().values():
        if not fetching.here(row.id):
            continue
        run = found(choice.similarity(row.id))
        if told.answered(run):
            assert run is not None
            rows.append(_compared(row.id, run.result or {}))
        elif not stored.needs_download(row.id):
            left.append((row.id, run))
    _table(rows)
    waiting = False
    for name, run in left:
        if run is not None:
            waiting |= run.active
            title = f"{backbone_rows.short(name)}:"
            told.state(run, progress, f"my_dataset.compare.{name}", title)
    if left and not waiting:
        clicks.go(
            T("compare.start"),
            "my_dataset.compare",
            told.begin,
            tuple(choice.similarity(name) for name, _ in left),
            type="secondary",
            icon=":material/straighten:",
        )


def _compared(name: str, result: Result) -> dict[str, Any]:
    near = nearness.read(result)
    last = max(result["blocks"], key=lambda block: block["probe"])
    return {
        T("field.backbone"): backbone_rows.short(name),
        T("compare.verdict"): T(f"compare.{near.word}"),
        T("compare.similarity"): near.similarity,
        T("score.probe.name"): 100 * last["probe"],
        T("score.knn.name"): 100 * max(block["knn"] for block in result["blocks"]),
        T("score.random.name"): 100 * max(block["probe"] for block in result["random"]["blocks"]),
        T("score.logme.name"): max(block["logme"] for block in result["blocks"]),
    }


def _table(rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content",
        key="my_dataset.compared",
        column_config={
            T("compare.similarity"): st.column_config.ProgressColumn(
                format="%.2f", min_value=0, max_value=1
            ),
            **columns(),
        },
    )
    st.caption(f"{T('score.logme.name')}: {T('score.logme.limit')}")
