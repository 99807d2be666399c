"""A picture to try a network on, from the camera or a file; made small in the browser."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping

import streamlit as st

from pages.ui.frame import bundle
from tlcore.data.own import picture

_component = bundle.component(
    "tl_try_picture",
    __file__,
    js=("common", "shrink", "camera", "try_picture"),
    css=("common", "bring"),
)
MOST = 400_000  # characters; a JPEG of 320 px takes some 40,000


def try_picture(*, words: Mapping[str, str], key: str, on_picture: Callable[[bytes], None]) -> None:
    """Two buttons; `on_picture` is given what a browser says is a JPEG: nobody has decoded it."""

    def came() -> None:
        told = st.session_state[key].picture
        text = told.get("jpeg") if isinstance(told, Mapping) else None
        if isinstance(text, str) and len(text) <= MOST:
            try:
                on_picture(base64.b64decode(text, validate=True))
            except binascii.Error:  # no browser of ours says so
                return

    data = {"words": dict(words), "kinds": ",".join(picture.MIME)}
    _component(key=key, data=data, on_picture_change=came)
