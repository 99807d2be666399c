"""The catalogue of models that read text: a table, one of them closely, its download."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.blocks import text_blocks
from pages.ui.forms import text_draft
from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T, lesson, show
from pages.ui.runs import fetching
from tlcore import catalog
from tlcore.catalog import BackboneRow, hub_files, stored
from tlcore.experiments.text import presets as preset
from tlcore.ground.errors import UserError

CHOSEN, ROW = "backbones.text.chosen", "backbones.text.row"


def show_all() -> None:
    """What there is, then one closely."""
    st.markdown(lesson("backbones.texts"))
    table()
    st.caption(T("hub.table.reading"))
    card(choose())


def table() -> None:
    """Every row of the catalogue; numbers are numbers, so a click on a head sorts them."""
    rows = list(catalog.texts().values())
    number = st.column_config.NumberColumn
    columns: dict[str, Any] = {
        T("hub.model"): [T(f"backbone.{row.id}") for row in rows],
        T("backbones.parameters.unit"): [row.parameters / 1e6 for row in rows],
        T("hub.layers"): [len(row.blocks) - 1 for row in rows],
        T("hub.width"): [row.blocks[-1].channels for row in rows],
        T("backbones.year"): [row.year for row in rows],
        T("backbones.megabytes"): [row.megabytes for row in rows],
        T("backbones.where"): [T(f"backbones.where.{fetching.where(row.id)}") for row in rows],
        T("backbones.licence"): [row.licence for row in rows],
        T("backbones.origin"): [row.origin if row.hub or row.package else None for row in rows],
    }
    st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        height="content",
        placeholder="–",
        key="backbones.texts",
        column_config={
            T("hub.model"): st.column_config.TextColumn(pinned=True),
            T("backbones.parameters.unit"): number(format="%.2f"),
            T("backbones.year"): number(format="%d"),
            T("backbones.megabytes"): number(format="%.1f"),
            T("backbones.origin"): st.column_config.LinkColumn(
                display_text=":material/open_in_new:"
            ),
        },
    )


def choose() -> BackboneRow:
    """The one that is looked at closely; first the first that can be downloaded."""
    known = list(catalog.texts())
    if st.session_state.get(CHOSEN) not in known:
        st.session_state[CHOSEN] = next(row.id for row in catalog.texts().values() if row.hub)
    st.session_state[ROW] = st.session_state[CHOSEN]
    st.selectbox(
        T("hub.one"),
        known,
        key=ROW,
        format_func=lambda name: T(f"backbone.{name}"),
        on_change=_keep,
    )
    return catalog.backbone(st.session_state[CHOSEN])


def _keep() -> None:
    st.session_state[CHOSEN] = st.session_state[ROW]


def card(row: BackboneRow) -> None:
    st.markdown(T(f"backbone.{row.id}.about"))
    fetching.offer(row.id)
    _numbers(row)
    st.caption(T("hub.blocks"))
    text_blocks.show(preset.spec("full", backbone=row.id))
    _fetched(row)
    with st.container(horizontal=True):
        if row.id in preset.encoders() and stored.present(row.id):
            pressed = st.button(
                T("hub.fine_tune"),
                key="backbones.text.lab",
                type="primary",
                icon=T("icon.fine_tune"),
            )
            if pressed:
                _into_lab(row)
        fetching.remove(row.id)


def _numbers(row: BackboneRow) -> None:
    count, layers, width, year = st.columns(4)
    count.metric(T("backbones.parameters"), f"{row.parameters:,}", help=_whole(row))
    layers.metric(T("hub.layers"), str(len(row.blocks) - 1))
    width.metric(T("hub.width"), str(row.blocks[-1].channels), help=T("hub.width.help"))
    year.metric(T("backbones.year"), str(row.year))


def _whole(row: BackboneRow) -> str | None:
    return T("hub.whole", n=f"{row.whole:,}") if row.whole else None


def _fetched(row: BackboneRow) -> None:
    """Repository, commit and hashes, where something was fetched."""
    if not row.hub or not stored.present(row.id):
        return
    try:
        record = hub_files.record(row.id)
    except UserError as error:
        show(error)
        return
    with st.expander(T("hub.record"), icon=":material/fingerprint:"):
        st.markdown(T("hub.record.of", repo=row.hub, commit=record["commit"]))
        files = record["files"]
        st.dataframe(
            pd.DataFrame(
                {
                    T("hub.record.file"): list(files),
                    T("hub.record.bytes"): [one["size"] for one in files.values()],
                    "sha256": [one["sha256"] for one in files.values()],
                    T("hub.record.stated"): [
                        f"{one['stated_by']}: {one['stated']}" for one in files.values()
                    ],
                }
            ),
            hide_index=True,
            key="backbones.text.record",
        )


def _into_lab(row: BackboneRow) -> None:
    text_draft.kept()["backbone"] = row.id
    st.switch_page(page_file("fine_tune_text"))
