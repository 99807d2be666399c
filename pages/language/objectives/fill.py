"""A gap in the reader's sentence: a prediction first, then every model's answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.language.objectives import ask as objective_ask
from pages.language.objectives import said as objective_said
from pages.language.objectives.progress import progress
from pages.ui.frame.speech import T
from pages.ui.lesson import predict
from pages.ui.runs import experiment
from tlcore.catalog import objective_models

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
