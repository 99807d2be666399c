"""Pictures out of a run's sheet that the reader labels one by one; the browser times each label."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui.charts.sheet import address
from pages.ui.frame import bundle

_component = bundle.component(
    "tl_labelling", __file__, js=("common", "labelling"), css=("common", "labelling")
)


def labelling(
    run_id: str,
    sprite: Mapping[str, Any],
    names: Sequence[str],
    *,
    words: Mapping[str, str],
    key: str,
    stamp: str,
    on_done: Callable[[list[int], list[float]], None],
) -> None:
    """Every picture of `sprite` in turn.  `on_done` hears the number of a name and the seconds
    for each, before the script runs; another `stamp` begins anew."""

    def labelled() -> None:
        said = st.session_state[key].labelled
        if (told := read(said, stamp, sprite["count"], len(names))) is not None:
            on_done(*told)

    data = {
        "sheet": address(run_id, sprite),
        "count": sprite["count"],
        "names": list(names),
        "words": dict(words),
        "stamp": stamp,
    }
    _component(key=key, data=data, on_labelled_change=labelled)


def read(said: Any, stamp: str, count: int, names: int) -> tuple[list[int], list[float]] | None:
    """What a browser sent, if it can be that: a label and a time for each picture."""
    if not isinstance(said, Mapping) or said.get("stamp") != stamp:
        return None
    labels, seconds = said.get("labels"), said.get("seconds")
    if not isinstance(labels, Sequence) or not isinstance(seconds, Sequence):
        return None
    if len(labels) != count or len(seconds) != count:
        return None
    if not all(isinstance(n, int | float) and n in range(names) for n in labels):
        return None
    if not all(isinstance(s, int | float) and math.isfinite(s) and s >= 0 for s in seconds):
        return None
    return [int(n) for n in labels], [float(s) for s in seconds]
