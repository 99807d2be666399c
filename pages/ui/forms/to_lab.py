"""Into the lab with advice: data and backbone, a plan, and the recipe that goes with it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui.forms import draft
from pages.ui.frame.navigation import page_file
from tlcore.experiments.matrix.advisor import Advice
from tlcore.ground.recipe import TransferPlan
from tlcore.runs.spec import FineTuneSpec


def carry(advice: Advice, plan: TransferPlan, **what: Any) -> None:
    """Set the draft and open the lab; `what`: backbone, data, train_size, knobs."""
    recipe = ("epochs", "lr", "head_lr", "layer_decay", "augment")
    numbers = {"read": plan.read, "keep": plan.keep, "freeze": plan.freeze}
    _open(what | {name: getattr(advice, name) for name in recipe} | numbers)


def spec(found: FineTuneSpec) -> None:
    """Exactly this run: every field, so that nothing of the last draft is left."""
    _open(found.model_dump(exclude={"kind"}))


def _open(settings: dict[str, Any]) -> None:
    draft.put(settings)
    st.session_state.pop("fine_tune.run", None)
    st.switch_page(page_file("fine_tune"))
