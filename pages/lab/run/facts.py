"""What stands on a run's page beside its charts: who may do what, and its settings."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.ui.frame.speech import T, plain
from pages.ui.runs import live_run, naming, runs
from pages.ui.server import host
from tlcore.runs import comparison
from tlcore.runs.spec import FineTuneSpec
from tlcore.runs.store.store import Run


def who(run: Run) -> str:
    """When it was begun, whose it is, and what this reader may do with it."""
    key = "run.who.own" if run.user == runs.user() else "run.who.other"
    if not run.active:
        key += ".ended"  # nothing is left to pause or stop
    elif key == "run.who.other" and host.at_the_server():
        key = "run.who.host"
    return " ".join([T("run.who.when", when=live_run.begun(run)), T(key)])


def settings(run: Run) -> None:
    """Every setting; those that are not as usual come first and are marked."""
    st.header(T("run.settings"), anchor=False)
    usual = FineTuneSpec.usual(run.spec["backbone"])
    unusual = comparison.differing([usual, run.spec])
    names = [*unusual, *(s for s in comparison.SETTINGS if s not in unusual)]
    rows = [
        {
            T("run.setting"): naming.setting(name),
            T("run.value"): plain(naming.value(run.spec, name)),
            T("run.usual"): naming.value(usual, name) if name in unusual else T("run.same"),
        }
        for name in names
    ]
    st.caption(T("run.settings.about"))
    st.table(pd.DataFrame(rows), hide_index=True)
