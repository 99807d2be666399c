"""A reader's own table of texts: brought, checked row by row, kept, deleted."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.frame.speech import T, show
from pages.ui.runs import naming, runs
from pages.ui.server import uploads
from tlcore.catalog import own_texts
from tlcore.data.own import own_texts_edit, text_csv
from tlcore.ground.errors import UserError

PAGE = "fine_tune_text"
KEPT = f"{PAGE}.own"  # ids of the sets that this session brought, the newest last
TOLD = f"{PAGE}.own.told"  # what became of the last file
MOST_TOLD = 100  # broken rows that are listed
USUAL = "reviews"


def sets() -> list[str]:
    """Those that are still there."""
    found: list[str] = st.session_state.setdefault(KEPT, [])
    return [name for name in found if _there(name)]


def offer(chosen: str) -> str:
    """The uploader with what became of the last file; returns the set that is chosen now: one that
    has just come is, one that has gone is not."""
    with st.expander(T("tune.own.title"), icon=":material/upload_file:"):
        st.markdown(T("tune.own.about"))
        st.html(uploads.in_words("tune.own.upload", "tune.own.kinds"))
        st.file_uploader(
            T("tune.own.file"),
            type=["csv", "tsv", "txt"],
            key=f"{PAGE}.file",
            on_change=_came,
            max_upload_size=2,
        )
        st.caption(T("tune.own.stays"))
        _told()
        if naming.is_own_texts(chosen) and st.button(
            T("tune.own.remove"), key=f"{PAGE}.own.remove", icon=":material/delete:"
        ):
            own_texts_edit.remove(chosen, runs.user())
            st.session_state.pop(TOLD, None)
    newest: str | None = st.session_state.pop(f"{KEPT}.newest", None)
    if newest:
        return newest
    return USUAL if naming.is_own_texts(chosen) and not _there(chosen) else chosen


def _came() -> None:
    file = st.session_state[f"{PAGE}.file"]
    if file is None:
        st.session_state.pop(TOLD, None)
        return
    take(file.getvalue())


def take(content: bytes) -> None:
    """Read a table, keep its good rows, and remember what to tell of it."""
    try:
        table = text_csv.parse(content)
        name = own_texts_edit.keep(table, runs.user())
    except UserError as error:
        st.session_state[TOLD] = error
        return
    st.session_state[KEPT] = [*(n for n in sets() if n != name), name]
    st.session_state[f"{KEPT}.newest"] = name
    st.session_state[TOLD] = table


def _told() -> None:
    found: Any = st.session_state.get(TOLD)
    if isinstance(found, UserError):
        show(found)
    elif found is not None:
        st.success(T("tune.own.kept", n=f"{len(found.texts):,}", labels=len(set(found.labels))))
        if found.more:
            st.caption(T("tune.own.more", most=f"{text_csv.MOST_ROWS:,}"))
        _broken(found)


def _broken(table: text_csv.Table) -> None:
    if not table.broken:
        return
    st.markdown(T("tune.own.broken", n=f"{len(table.broken):,}"))
    listed = table.broken[:MOST_TOLD]
    lines = {
        T("tune.own.line"): [row.line for row in listed],
        T("tune.own.why"): [T(f"tune.own.broken.{row.why}") for row in listed],
    }
    st.dataframe(pd.DataFrame(lines), hide_index=True)
    if len(table.broken) > MOST_TOLD:
        st.caption(T("tune.own.unlisted", n=f"{len(table.broken) - MOST_TOLD:,}"))


def _there(name: str) -> bool:
    try:
        own_texts.read(name)
    except UserError:
        return False
    return True
