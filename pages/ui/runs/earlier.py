"""Results that belong to other settings than those that stand above: grey, and told whose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.blocks.picture import blocks
from pages.ui.frame.speech import T, plain, words
from pages.ui.runs import naming
from pages.ui.server.streamlit_private import Place
from tlcore import catalog
from tlcore.ground.recipe import TransferPlan
from tlcore.runs import comparison
from tlcore.runs.store.store import Run

Spec = Mapping[str, Any]
GREY = "filter: grayscale(1);"  # not see-through as well: small type would fall to 4.2:1


def box(key: str, then: Spec, now: Spec) -> Place:
    """Where results of the spec `then` are drawn while the settings say `now`.  The place of the
    sentence is kept where there is none, so that live charts stay the ones they are."""
    told, results = st.container(), st.container(key=f"{key}-shown")
    if differs(then, now):
        told.warning(f"**{T('earlier.was', settings=settings(then, now))}** {T('earlier.changed')}")
        told.html(f"<style>.st-key-{key.replace('.', '-')}-shown {{ {GREY} }}</style>")
    return results


def differs(then: Spec, now: Spec) -> bool:
    """Whether a run of `then` answers something else than what is set now."""
    return bool(comparison.differing([then, now]))


def settings(then: Spec, now: Spec) -> str:
    """What the run was: its size and length, and whatever else was set otherwise than now."""
    always = {"train_size", "epochs"}
    size = "texts" if catalog.reads_texts(then) else "pictures"
    others = [f for f in comparison.differing([then, now]) if f not in always]
    told = [
        T(f"earlier.{size}", n=f"{then['train_size']:,}"),
        T("earlier.epochs", n=then["epochs"]),
    ]
    return ", ".join([*told, *(plain(naming.short(then, field)) for field in others)])


def plan(run: Run, now: Spec) -> None:
    """The picture of the blocks as they were in the run, where the one above shows another plan."""
    if not {"plan", "backbone"} & set(comparison.differing([run.spec, now])):
        return
    read, keep, freeze, learns = comparison.value(run.spec, "plan")
    blocks(
        catalog.backbone(run.spec["backbone"]).at(run.spec.get("side")),
        TransferPlan(read, keep, freeze, learns),
        classes=len(naming.class_names(run)),
        words=words("blocks"),
        key="earlier.blocks",
        disabled=True,
    )
