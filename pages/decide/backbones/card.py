"""One backbone closely: its blocks, what it costs, how fast it is here, and whether it is here."""

from __future__ import annotations

import streamlit as st

from pages.ui.blocks.picture import blocks
from pages.ui.charts import backbone_rows
from pages.ui.forms import clicks, draft
from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T, show, words
from pages.ui.runs import fetching, naming, runs, told
from tlcore import catalog
from tlcore.catalog import BackboneRow
from tlcore.ground import recipe
from tlcore.ground.errors import UserError

CLASSES = 10  # of the new head in the picture
PICTURES = 1000  # what a class would really use


def card(row: BackboneRow) -> None:
    """Facts, block picture, speed, and the way to use it."""
    st.markdown(T(f"backbone.{row.id}.about"))
    fetching.offer(row.id)
    _numbers(row)
    st.markdown(_cost(row))
    blocks(
        row,
        recipe.head_only(len(row.blocks)),
        classes=CLASSES,
        stamp=0,
        disabled=True,
        words=words("blocks"),
        key=f"backbones.blocks.{row.id}",
    )
    _speed(row)
    with st.container(horizontal=True):
        if fetching.here(row.id) and st.button(
            T("backbones.lab"), key="backbones.lab", type="primary", icon=T("icon.fine_tune")
        ):
            into_lab(row)
        fetching.remove(row.id)


def into_lab(row: BackboneRow) -> None:
    """The lab with this backbone, its head alone learning."""
    plan = recipe.head_only(len(row.blocks))
    numbers = {"read": plan.read, "keep": plan.keep, "freeze": plan.freeze}
    draft.put({"backbone": row.id, **numbers})
    st.session_state.pop("fine_tune.run", None)
    st.switch_page(page_file("fine_tune"))


def _numbers(row: BackboneRow) -> None:
    whole, macs, top1, year = st.columns(4)
    whole.metric(T("backbones.parameters"), f"{backbone_rows.parameters(row):,}")
    macs.metric(T("backbones.macs"), f"{row.macs / 1e6:,.0f} M", help=T("backbones.macs.help"))
    share = "–" if row.top1 is None else f"{row.top1:.1f}%"
    imagenet = row.pretrained_on == backbone_rows.SOURCE
    top1.metric(T("backbones.top1" if imagenet else "backbones.top1.own"), share)
    year.metric(T("backbones.year"), str(row.year))
    if row.recipe:
        st.caption(T("backbones.recipe.told", recipe=T(f"recipe.{row.recipe}"), url=row.origin))


def _cost(row: BackboneRow) -> str:
    """What it costs beside the smallest one, computed from the catalogue."""
    least = min(catalog.backbones().values(), key=lambda other: other.macs)
    colour = "grey" if row.channels == 1 else "colour"
    facts = T("backbones.input", size=row.size, colour=T(f"backbones.input.{colour}"))
    if row.id == least.id:
        return f"{facts} {T('backbones.least')}"
    ratio = backbone_rows.parameters(row) / backbone_rows.parameters(least)
    work = row.macs / least.macs
    told_of = {"parameters": f"{ratio:,.0f}", "macs": f"{work:,.0f}"}
    return f"{facts} {T('backbones.cost', least=backbone_rows.short(least.id), **told_of)}"


def _speed(row: BackboneRow) -> None:
    """Measured on this machine, or a button that measures it."""
    st.subheader(T("backbones.speed.title"), anchor=False)
    found = runs.store().profile(row.id)
    if found and found.get("rows"):
        for device in sorted({each["device"] for each in found["rows"]}):
            here = [each for each in found["rows"] if each["device"] == device]
            look, learn = (min(each[ms] for each in here) for ms in ("forward_ms", "train_ms"))
            numbers = {
                "device": device.upper(),
                "look": f"{1000 / look:,.0f}",
                "learn": f"{1000 / learn:,.0f}",
                "n": f"{PICTURES:,}",
                "head": naming.span(PICTURES * look / 1000),
                "epoch": naming.span(PICTURES * learn / 1000),
            }
            st.markdown(T("backbones.speed.told", **numbers))
        return
    run_id = st.session_state.get(f"backbones.measuring.{row.id}")
    run = runs.store().run(run_id) if run_id else None
    if run is not None:
        told.state(run, told.begins, f"backbones.measure.{row.id}")
    if run is None or not run.active:
        st.caption(T("backbones.speed.unknown"))
        clicks.press(
            T("backbones.speed.measure"),
            "backbones.measure",
            _measure,
            (row.id,),
            icon=":material/speed:",
        )
    if error := st.session_state.pop("backbones.error", None):
        show(error)


def _measure(name: str) -> None:
    try:
        st.session_state[f"backbones.measuring.{name}"] = runs.measure(name)
    except UserError as error:
        st.session_state["backbones.error"] = error
