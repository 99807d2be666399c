"""Own pictures brought from files, folders and the camera, and sorted into named classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui.frame import bundle
from tlcore.catalog import own
from tlcore.data.own import picture
from tlcore.ground import bounds

_component = bundle.component(
    "tl_bring",
    __file__,
    js=("common", "evenly", "shrink", "camera", "bring"),
    css=("common", "bring"),
)


def bring(
    found: own.Own,
    *,
    words: Mapping[str, str],
    key: str,
    batch: str | None,
    taking: str | None,
    most: bounds.OwnPictures,
    refused: Sequence[tuple[str, str]],
    on_delivered: Callable[[str], None],
    on_taken: Callable[[], None],
    on_edit: Callable[[dict[str, Any]], None],
) -> None:
    """Draw the classes of a set and the ways in.

    `batch`: the delivery that was handed over last; `taking`: the run that decodes it, while it
    is under way; `most`: what this reader may bring; `refused`: (file, sentence) of it.
    `on_delivered` hears of a delivery that has come; `on_edit` of {"act": "add" | "rename" |
    "drop" | "move" | "remove", ...}.
    """

    def delivered() -> None:
        told = st.session_state[key].delivered
        if isinstance(told, Mapping):
            on_delivered(str(told.get("batch", "")))

    def edited() -> None:
        told = st.session_state[key].edit
        if isinstance(told, Mapping):
            on_edit(dict(told))

    classes = [
        {
            "id": label.id,
            "name": label.name,
            "pictures": [
                {"file": p.file, "name": p.name} for p in found.pictures if p.label == label.id
            ],
        }
        for label in found.classes
    ]
    data = {
        "api": f"{bundle.root()}/api/pictures/{found.id}",
        "runs": f"{bundle.root()}/api/runs",
        "classes": classes,
        "needed": found.needed,
        "limits": {
            "files": most.delivery,
            "pictures": most.pictures,
            "classes": most.classes,
            "zip": most.zip_bytes,
            "kinds": ",".join((*picture.MIME, ".zip")),
        },
        "batch": batch,
        "taking": taking,
        "refused": [list(told) for told in refused],
        "words": dict(words),
    }
    _component(
        key=key,
        data=data,
        on_delivered_change=delivered,
        on_taken_change=on_taken,
        on_edit_change=edited,
    )
