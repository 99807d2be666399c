"""Pictures in rows, each a button: a click chooses one to look into."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict

import streamlit as st

from pages.ui.frame import bundle


class Picture(TypedDict):
    """`index` in the run's test set; `src` a data address; `caption` the words below."""

    index: int
    src: str
    caption: str


_component = bundle.component(
    "tl_gallery", __file__, js=("common", "gallery"), css=("common", "gallery")
)


def gallery(
    pictures: Sequence[Picture],
    *,
    chosen: int | None,
    words: Mapping[str, str],
    key: str,
    on_pick: Callable[[int], None],
) -> None:
    """Draw `pictures` enlarged without smoothing (the pixels are the data).

    `on_pick` hears of a click before the script runs.
    """
    known = {picture["index"] for picture in pictures}

    def picked() -> None:
        index = st.session_state[key].picked
        if index in known:
            on_pick(int(index))

    data = {"pictures": list(pictures), "chosen": chosen, "words": dict(words)}
    _component(key=key, data=data, on_picked_change=picked)
