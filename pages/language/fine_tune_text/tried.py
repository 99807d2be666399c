"""What this reader has tried on one set of texts, way beside way: what learned, cost, accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.frame.speech import T, show_once
from pages.ui.runs import naming, runs
from tlcore import catalog
from tlcore.ground import difference
from tlcore.ground.errors import UserError
from tlcore.runs.store.store import Run

BYTES = 4  # a number in fp32
MB = 1e6


def show(data: str) -> None:
    """A line for each finished run on `data`, the newest of equal settings."""
    try:
        found = of(data)
    except UserError as error:
        show_once(error)
        return
    if not found:
        st.caption(T("tune.runs.none"))
        return
    percent = st.column_config.NumberColumn(format="%.1f%%")
    megabytes = st.column_config.NumberColumn(format="%.1f")
    st.dataframe(
        table(found),
        hide_index=True,
        column_config={
            **dict.fromkeys((T("result.accuracy"), T("why.low"), T("why.high")), percent),
            **dict.fromkeys((T("tune.runs.store"), T("tune.runs.remember")), megabytes),
            T("lab.learning"): st.column_config.NumberColumn(format="localized"),
            T("result.seconds"): st.column_config.NumberColumn(format="%.1f s"),
            T("result.memory"): st.column_config.NumberColumn(format="%.0f MB"),
        },
    )
    st.caption(T("tune.runs.about"))
    if len(found) > 1:
        st.markdown(verdict(found))


def of(data: str) -> list[Run]:
    """Newest first; of two with the same settings the newer."""
    done: dict[str, Run] = {}
    for run in runs.mine():
        spec = run.spec
        if spec.get("backbone") not in catalog.texts() or spec.get("data") != data:
            continue
        if run.status == "finished" and run.result and run.result.get("interval"):
            done.setdefault(str(sorted(spec.items())), run)
    return list(done.values())


def table(found: Sequence[Run]) -> pd.DataFrame:
    """`store`: what one more task adds to a disk; `remember`: gradient and AdamW's two numbers."""
    return pd.DataFrame([_line(run) for run in found])


def verdict(found: Sequence[Run]) -> str:
    """The most accurate where the test texts tell it from the others; else the smallest of those
    that they do not tell apart from it."""
    scored = sorted(found, key=lambda run: -_of(run)["test_accuracy"])
    best = scored[0]
    near = [best, *(run for run in scored[1:] if not _ahead(best, run))]
    least = min(near, key=lambda run: _of(run)["learning_parameters"])
    told = {"best": _name(best), "accuracy": f"{_of(best)['test_accuracy']:.0%}"}
    if len(near) == 1:
        return T("tune.runs.best", **told)
    small = {"least": _name(least), "n": f"{_of(least)['learning_parameters']:,}"}
    return T("tune.runs.tie", **told, **small, near=len(near))


def _ahead(one: Run, other: Run) -> bool:
    """The texts are the same, their single answers are not kept: taken as independent, which errs
    on the side of not deciding."""
    asked = catalog.dataset(one.spec["data"]).test
    shares = (_of(run)["test_accuracy"] for run in (one, other))
    return difference.of_shares(*shares, asked).low > 0


def _line(run: Run) -> dict[str, Any]:
    result = _of(run)
    low, high = result["interval"]
    learning = result["learning_parameters"]
    return {
        T("tune.runs.learns"): _name(run),
        T("tune.labels"): run.spec["train_size"],
        T("result.accuracy"): 100 * result["test_accuracy"],
        T("why.low"): 100 * low,
        T("why.high"): 100 * high,
        T("lab.learning"): learning,
        T("tune.runs.store"): BYTES * learning / MB,
        T("tune.runs.remember"): 3 * BYTES * learning / MB,
        T("result.memory"): result["peak_memory_mb"],
        T("result.seconds"): result["seconds"]["total"],
    }


def _name(run: Run) -> str:
    return naming.learns(run.spec)


def _of(run: Run) -> dict[str, Any]:
    return run.result or {}
