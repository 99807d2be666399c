"""What is wrong with a case, before anybody says why: words, a chart of numbers, curves."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.lab.break_it import figure as break_figure
from pages.lab.break_it.cases import PAGE, Case
from pages.ui.frame.speech import T
from pages.ui.runs import experiment, told
from tlcore.experiments.break_it import mishaps
from tlcore.experiments.break_it import record as break_record
from tlcore.experiments.break_it.record import Count

Result = dict[str, Any]


def show(case: Case) -> Result | None:
    """A button, then the symptom from the run; its result once there is one."""
    key = f"{PAGE}.{case.number}"
    run = experiment.answer(case.spec(), key, T("break.open", n=case.number), progress)
    if run is None:
        return None
    result = dict(run.result or {})
    st.subheader(T("break.says"), anchor=False)
    st.markdown("> " + T(f"break.user.{case.fault}"))
    chart, curves = st.columns([2, 3], gap="large")
    with chart:
        st.subheader(T("break.chart"), anchor=False)
        _chart(result)
        st.caption(T("break.in_use", n=result["asked"], train=f"{result['train']:,}"))
    with curves:
        st.subheader(T("break.curves"), anchor=False)
        break_figure.draw(break_figure.lines(result), key, "break.alt", _table(result))
    if result["stopped_at"] is not None:
        st.markdown(T("break.stopped", step=result["stopped_at"]))
    st.markdown(seen(mishaps.shows(case.fault, result), break_record.known(case.fault)))
    return result


def progress(row: told.Row) -> tuple[float | None, str]:
    return row["done"] / row["of"], T("break.at.epoch", done=row["done"], of=row["of"])


def seen(there: bool, count: Count | None) -> str:
    """Whether the symptom is there in this run, and how often it was."""
    which = "shows" if there else "hides"
    if count is None:
        return T(f"break.{which}.unrecorded")
    return T(f"break.{which}", shows=count.shows, seeds=count.seeds)


def _chart(result: Result) -> None:
    """Four numbers that a doctor would ask for, chance beside them, and the old task if there is
    one."""
    end = result["end"]
    shares = {name: end[name] for name in ("trained", "again", "val", "new")}
    if result["source"]:
        shares |= {"old.before": result["source"][0], "old.after": result["source"][-1]}
    shares["chance"] = result["chance"]
    lines = [f"| {T('break.asked')} | {T('break.accuracy')} |", "|---|--:|"]
    lines += [f"| {T(f'break.{name}')} | {share:.0%} |" for name, share in shares.items()]
    st.markdown("\n".join(lines))


def _table(result: Result) -> pd.DataFrame:
    columns: dict[str, list[Any]] = {T("break.axis.epoch"): [e["epoch"] for e in result["epochs"]]}
    for line in break_figure.lines(result):
        columns[line.name] = [*line.y]
    return pd.DataFrame(columns)
