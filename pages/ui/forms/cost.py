"""What a run will cost: parameters, time and memory before the start, and where it will run."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame.speech import T
from pages.ui.lesson import lesson_link
from pages.ui.runs import runs
from pages.ui.runs.naming import span
from tlcore.runs.spec import FineTuneSpec


def show(spec: FineTuneSpec) -> None:
    """Parameters, time and memory before the start, and where it will run; while the machine is
    being measured, looked at again each second."""
    if lesson_link.hides("cost"):
        return
    unknown = runs.profile(spec.backbone) is None
    st.fragment(_cost, run_every=1.0 if unknown else None)(spec, unknown)


def _cost(spec: FineTuneSpec, unknown: bool) -> None:
    found = runs.judge(spec)
    if unknown and found.seconds is not None:
        st.rerun()  # the page's own run ends the looking
    share = found.learning / found.total
    seconds = T("lab.measuring") if found.seconds is None else "≈ " + span(found.seconds)
    learn, total, time, memory = st.columns(4)
    learn.metric(
        T("lab.learning"),
        f"{found.learning:,}",
        f"{share:.1%}",
        delta_color="off",
        delta_arrow="off",
    )
    total.metric(T("lab.total"), f"{found.total:,}")
    time.metric(T("lab.time"), seconds, found.device.upper(), delta_color="off", delta_arrow="off")
    memory.metric(T("lab.memory"), f"≈ {found.memory_mb:,.0f} MB")
