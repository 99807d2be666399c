"""A gap in the reader's sentence: a prediction first, then every model's answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui import experiment, objective_ask, objective_said, predict
from pages.ui.frame import T
from pages.ui.objective_progress import progress
from tlcore import objective_models

PAGE = "objectives"


def show() -> Mapping[str, Any] | None:
    """What the models said, once they have."""
    if not predict.ask("objectives_mat"):
        return None
    asked = objective_ask.choose()
    if len(objective_models.of_hub()) < len(objective_models.HUB):
        st.caption(T("objectives.hub.offer"))
    if asked is None:
        return None
    run = experiment.answer(asked, f"{PAGE}.fill", T("objectives.ask"), progress)
    if run is None or run.result is None:
        return None
    objective_said.show(run.result)
    # No runs behind it: nothing is drawn by lot, the next one says the same.
    predict.told("objectives_mat", objective_said.answer(run.result), runs_behind=0)
    return run.result
