"""Which blocks the lab keeps, freezes and reads: the picture of the blocks is the control."""

from __future__ import annotations

import dataclasses

import streamlit as st

from pages.ui.blocks.picture import blocks
from pages.ui.forms import draft
from pages.ui.frame.speech import T, words
from pages.ui.lesson import lesson_link
from tlcore import catalog
from tlcore.ground import recipe

PRESETS = ("head_only", "last_blocks", "everything", "from_scratch")


def preset(name: str, n: int) -> recipe.TransferPlan:
    """A named plan on a backbone of n blocks; "last blocks" is the last quarter of them."""
    if name == "head_only":
        return recipe.head_only(n)
    if name == "last_blocks":
        return recipe.last_blocks(n)
    return recipe.everything(n) if name == "everything" else recipe.from_scratch(n)


def show() -> None:
    """The block picture is the control; the presets set it."""
    if lesson_link.hides("plan"):
        return
    st.header(T("lab.plan"), anchor=False)
    row = catalog.backbone(draft.values()["backbone"]).at(draft.values()["side"])
    n = len(row.blocks)
    current = next((p for p in PRESETS if preset(p, n) == draft.plan()), None)
    st.session_state["fine_tune.preset"] = current
    st.segmented_control(
        T("lab.presets"),
        PRESETS,
        key="fine_tune.preset",
        format_func=lambda name: T(f"preset.{name}"),
        on_change=_choose_preset,
        args=(n,),
        label_visibility="collapsed",
    )
    classes = len(catalog.dataset(draft.values()["data"]).classes)
    shown = variant()
    plan = blocks(
        row,
        shown,
        classes=classes,
        stamp=draft.stamp(),
        words=words("blocks"),
        key="fine_tune.blocks",
    )
    if (way := plan.variant).source:
        st.caption(T(f"variant.{way.name}.plan", block=plan.freeze + 1))
    if (plan.read, plan.keep, plan.freeze) != (shown.read, shown.keep, shown.freeze):
        draft.values().update(read=plan.read, keep=plan.keep, freeze=plan.freeze)
        st.rerun()


def _choose_preset(n: int) -> None:
    chosen = st.session_state["fine_tune.preset"]
    if chosen is not None:
        draft.put_plan(preset(chosen, n))


def variant() -> recipe.TransferPlan:
    """The draft's plan, with what of its kept blocks learns."""
    return dataclasses.replace(draft.plan(), learns=draft.values()["learns"])
