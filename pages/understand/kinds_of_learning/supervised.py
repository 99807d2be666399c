"""Somebody knows the answer: a new head learns four kinds of garments, live."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame.speech import T
from pages.ui.frame.speech import show as show_error
from pages.ui.runs import live_run, runs
from tlcore.experiments.kinds.presets import SUPERVISED
from tlcore.training import class_scores

PAGE = "kinds_of_learning"


def show() -> None:
    """A run of the lab's engine, told in two curves and a sentence."""
    live_run.resume(PAGE, SUPERVISED)
    live_run.start_button(SUPERVISED, PAGE, T("kinds.supervised.start"))
    run = live_run.current(PAGE)
    if run is None:
        return
    looks = {"panels": ("loss", "accuracy"), "reveal": run.active}
    live_run.curves(PAGE, [live_run.shown(run)], run, **looks)
    if error := runs.failure(run):
        show_error(error)
    if run.status == "finished" and run.result and not live_run.replaying(PAGE):
        chance = class_scores.commonest(run.result["truth"])
        low, high = run.result["interval"]
        found = {"accuracy": run.result["test_accuracy"], "low": low, "high": high}
        values = {name: f"{value:.0%}" for name, value in found.items()}
        values |= {"n": str(SUPERVISED.train_size), "chance": f"{chance:.0%}"}
        asked = f"{len(run.result['truth']):,}"
        st.markdown(T("kinds.supervised.told", asked=asked, **values))
