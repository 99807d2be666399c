"""One choice at the head of a part of the page, kept while the reader is elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st

from pages.lab.learning_rate.sensitivity import PAGE
from pages.ui.forms import draft
from tlcore.experiments.learning_rate.presets import DATA


def pick(
    key: str, field: str, first: str, options: Iterable[str], label: str, name: Callable[[str], str]
) -> tuple[str, str]:
    """What was chosen, at first `first`, and the data set that the strips of the page stand on."""
    kept: dict[str, Any] = st.session_state.setdefault(f"{key}.settings", {field: first})
    st.segmented_control(
        label,
        list(options),
        key=f"{key}.{field}",
        format_func=name,
        on_change=draft.keeper(key, kept),
        args=(field,),
        required=True,
    )
    return kept[field], st.session_state.get(f"{PAGE}.settings", {}).get("data", DATA[0])
