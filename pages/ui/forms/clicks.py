"""Buttons whose click is neither lost nor acts on old settings."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import streamlit as st

FORGOTTEN = 10.0  # seconds: whoever clicked and left the page at once begins nothing on return


def press(
    label: str, key: str, act: Callable[..., None], args: tuple[Any, ...], **looks: Any
) -> None:
    """A button whose click is never lost.  When the server was started again under an open page,
    its first message is a click in a session that has no callbacks yet: then we act here."""
    clicked = st.button(label, key=key, on_click=_acted, args=(key, act, args), **looks)
    if clicked and not st.session_state.pop(f"{key}.acted", False):
        act(*args)
        st.rerun()


def go(label: str, key: str, act: Callable[..., None], args: tuple[Any, ...], **looks: Any) -> None:
    """A button that begins what the settings say now.  A callback is given what they said when the
    page was last drawn: whoever types a number and clicks at once would begin with the old one.
    So the click is only noted (a note outlives a run of the script that is cut short), and acted on
    where the button stands, below the settings."""
    looks = {"type": "primary", "icon": ":material/play_arrow:"} | looks
    clicked = st.button(label, key=key, on_click=_noted, args=(key,), **looks)
    noted = st.session_state.pop(f"{key}.noted", None)
    if clicked or (noted is not None and time.monotonic() - noted < FORGOTTEN):
        act(*args)
        st.rerun()


def _noted(key: str) -> None:
    st.session_state[f"{key}.noted"] = time.monotonic()


def _acted(key: str, act: Callable[..., None], args: tuple[Any, ...]) -> None:
    act(*args)
    st.session_state[f"{key}.acted"] = True
