"""What pre-training costs: ResNet-152 by the notes, the same here, and the reader's own runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.forms import clicks
from pages.ui.frame.speech import T
from pages.ui.runs import live_run, runs, told
from tlcore.experiments.grown import cost
from tlcore.ground.errors import UserError
from tlcore.runs.store.store import Run

BIG = "resnet152"
KEY = "why_transfer.speed"
BILLION = 1e9
Named = tuple[str, Run]


def show(mine: Sequence[Named]) -> None:
    """Three cards side by side; `mine`: what the reader has trained on this page, by name."""
    then, here, now = st.columns(3)
    with then.container(border=True, height="stretch"):
        _then()
    with here.container(border=True, height="stretch"):
        epoch = _here()
    with now.container(border=True, height="stretch"):
        _now(mine, epoch)


def _then() -> None:
    work = cost.epoch_of_imagenet(None)
    least, most = cost.card_hours()
    st.markdown(f"### {T('why.cost.then')}")
    told_of = {
        "parameters": f"{work.parameters:,}",
        "macs": f"{work.macs / BILLION:.1f}",
        "cards": cost.CARDS,
        "least_weeks": cost.WEEKS[0],
        "most_weeks": cost.WEEKS[1],
        "least": f"{least:,}",
        "most": f"{most:,}",
        "each": f"{cost.DOLLARS:,}",
        "dollars": f"{cost.CARDS * cost.DOLLARS:,}",
    }
    st.markdown(T("why.cost.then.told", **told_of))
    st.caption(T("why.cost.then.source"))


def _here() -> cost.Work:
    """One epoch of ImageNet on this machine; measured when the reader asks for it."""
    found = runs.store().profile(BIG)
    epoch = cost.epoch_of_imagenet(found)
    st.markdown(f"### {T('why.cost.here')}")
    if epoch.seconds is None:
        st.markdown(T("why.cost.here.unknown", pictures=f"{epoch.pictures:,}"))
        _measure()
        return epoch
    device = min(found["rows"], key=lambda row: row["train_ms"])["device"] if found else ""
    told_of = {
        "pictures": f"{epoch.pictures:,}",
        "speed": f"{epoch.pictures / epoch.seconds:,.1f}",
        "span": long_span(epoch.seconds),
        "device": T(f"why.cost.on.{device}"),
    }
    st.markdown(T("why.cost.here.told", **told_of))
    st.caption(T("why.cost.here.source"))
    return epoch


def _measure() -> None:
    run_id = st.session_state.get(f"{KEY}.run")
    run = runs.store().run(run_id) if run_id else None
    if run is not None:
        told.state(run, told.begins, KEY)
    if run is None or not run.active:
        clicks.press(T("why.cost.measure"), f"{KEY}.ask", _ask, (), icon=":material/speed:")
    live_run.pending_error(KEY)


def _ask() -> None:
    try:
        st.session_state[f"{KEY}.run"] = runs.measure(BIG)
    except UserError as error:
        st.session_state[f"{KEY}.error"] = error


def _now(mine: Sequence[Named], epoch: cost.Work) -> None:
    st.markdown(f"### {T('why.cost.now')}")
    done = [(name, run, cost.of_run(run.spec, run.result)) for name, run in mine if run.result]
    if not done:
        st.markdown(T("why.cost.now.none"))
        return
    st.dataframe(
        pd.DataFrame([_line(name, run, work) for name, run, work in done]),
        hide_index=True,
        height="content",
    )
    largest = max(done, key=lambda entry: entry[2].total)
    times = epoch.total / largest[2].total
    st.markdown(T("why.cost.now.told", name=largest[0], times=f"{_rounded(times):,}"))


def _line(name: str, run: Run, work: cost.Work) -> dict[str, Any]:
    line = {
        T("why.cost.what"): name,
        T("why.cost.pictures"): f"{work.pictures:,}",
        T("result.seconds"): f"{work.seconds or 0:,.1f} s",
    }
    joules = (run.result or {}).get("joules")
    if joules is not None:  # where this machine lets it be read
        line[T("why.cost.energy")] = f"{joules:,.0f} J"
    return line


def long_span(seconds: float) -> str:
    """Hours or days, as coarse as an estimate is."""
    hours = seconds / 3600
    if hours < 1:
        return T("why.span.minutes", n=round(seconds / 60))
    if hours < 48:
        return T("why.span.hours", n=round(hours))
    return T("why.span.days", n=f"{round(hours / 24):,}")


def _rounded(value: float) -> int:
    """Two digits that count: the work of a network is reckoned, not measured."""
    whole = max(1, round(value))
    unit = 10 ** max(0, len(str(whole)) - 2)
    return round(whole / unit) * unit
