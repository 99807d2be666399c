"""What is set on the page that fine-tunes texts; the catalogue carries a model into it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from tlcore.experiments.text import presets as preset

PAGE, BACKBONE = "fine_tune_text", preset.BACKBONE
USUAL: dict[str, Any] = {
    **{
        "backbone": BACKBONE,
        "data": "reviews",
        "size": 240,
        "way": "features",
        "layer": 6,
        "top": 1,
    },
    **{"epochs": None, "times": 1.0, "seed": 0, "layer_decay": 1.0, "weight_decay": 0.01},
    **{"dropout": 0.0, "schedule": "one_cycle", "bias_correction": "on"},
    **{"kept_epoch": "last", "patience": None},
}


def kept() -> dict[str, Any]:
    """This session's settings, to be read and changed."""
    found: dict[str, Any] = st.session_state.setdefault(f"{PAGE}.settings", dict(USUAL))
    return found
