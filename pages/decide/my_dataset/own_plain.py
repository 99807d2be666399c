"""The plain way for own pictures: Streamlit's uploader, where a browser cannot do better.

The files are written to the disk in pieces and decoded in a worker, like those that come small.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.ui.frame.speech import T
from pages.ui.frame.speech import show as show_error
from pages.ui.server import host, uploads
from tlcore.catalog import own
from tlcore.data.own import archive_in, own_batches, own_names
from tlcore.ground import bounds, paths
from tlcore.ground.disk import disk_trouble
from tlcore.ground.errors import UserError

PIECE = 2**20  # bytes


def ask(found: own.Own, deliver: Callable[[str, str], None]) -> None:
    """Files, a class for those that are no zip, and a button; `deliver` hears of (set, batch)."""
    with st.expander(T("own.plain")):
        entry = archive_in.MOST_ENTRY // archive_in.MB
        taken = bounds.own_pictures(host.at_the_server()).delivery
        about = {"most": uploads.MOST, "entry": entry, "entries": f"{taken:,}"}
        st.markdown(T("own.plain.about", **about))
        number = st.session_state.setdefault("own.plain.number", 0)  # a new one is empty again
        st.html(uploads.in_words("own.plain.choose", "own.plain.kinds"))
        files = st.file_uploader(
            T("own.plain.files"),
            type=[*uploads.KINDS, "zip"],
            accept_multiple_files=True,
            key=f"own.plain.files.{number}",
            max_upload_size=uploads.MOST,
        )
        label = st.text_input(
            T("own.plain.class"), key="own.plain.class", max_chars=own_names.LONGEST
        )
        if st.button(T("own.plain.take"), key="own.plain.take", disabled=not files):
            try:
                deliver(found.id, _keep(found, files, label))
            except UserError as error:
                show_error(error)
                return
            st.session_state["own.plain.number"] += 1
            st.rerun()


def _keep(found: own.Own, files: list[Any], label: str) -> str:
    """Write what came; the delivery's name."""
    batch = secrets.token_hex(16)
    place = own_batches.folder(found.id, batch)
    for file in files:
        own_batches.may_come(found, host.at_the_server())
        zipped = file.name.lower().endswith(".zip")
        arrival = own_batches.Arrival(
            place, "" if zipped else own_names.tidy(label), own_names.file(file.name)
        )
        try:
            while piece := file.read(PIECE):
                arrival.write(piece)
            arrival.finish()
        except OSError as error:
            arrival.abandon()
            told = disk_trouble(error, paths.data_dir())
            reason = error.strerror or "?"
            raise told or UserError("store.unwritable", path=str(place), reason=reason) from None
        except UserError:  # an empty file: the others come all the same
            arrival.abandon()
    return batch
