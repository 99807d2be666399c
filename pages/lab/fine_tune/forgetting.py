"""The lab's switch of the forgetting meter; where the old head cannot be asked it says why."""

from __future__ import annotations

import streamlit as st

from pages.ui.forms import draft
from pages.ui.frame.speech import T
from tlcore import catalog
from tlcore.catalog import source_task


def show() -> None:
    name = draft.values()["backbone"]
    blocks = len(catalog.backbone(name).blocks)
    why_not = source_task.obstacle(name, blocks, draft.plan())
    st.checkbox(
        T("field.forgetting"),
        key=draft.widget("forgetting"),
        on_change=draft.keep,
        args=("forgetting",),
        help=T("help.forgetting", n=source_task.ASKED),
        disabled=why_not is not None,
    )
    if why_not is not None:
        st.caption(T(why_not))
