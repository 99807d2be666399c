"""A small experiment of a lesson: a button, its state while it goes, then the run that answers.

What anybody in the room has run is there at once."""

from __future__ import annotations

import streamlit as st

from pages.ui.forms import clicks
from pages.ui.frame.speech import show_once
from pages.ui.runs import told
from tlcore.ground.errors import UserError
from tlcore.runs.spec import Spec
from tlcore.runs.store.store import Run


def answer(spec: Spec, key: str, label: str, progress: told.Progress) -> Run | None:
    """The run of `spec` once it has finished; until then a button, or how far it is."""
    if error := st.session_state.pop(f"{key}.error", None):
        show_once(error)
    try:
        run = told.find(spec)
    except UserError as error:
        show_once(error)
        return None
    if told.answered(run):
        return run
    if run is not None:
        told.state(run, progress, key)
    if run is None or not run.active:
        clicks.go(label, f"{key}.start", _begin, (spec, key))
    return None


def _begin(spec: Spec, key: str) -> None:
    """What cannot be begun is told where the button is."""
    told.begin(spec)
    if error := st.session_state.pop("told.error", None):
        st.session_state[f"{key}.error"] = error
