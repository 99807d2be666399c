"""The lab's inputs: what to train on, which blocks learn, how they learn, what it will cost."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import get_args

import streamlit as st

from pages.ui import (
    draft,
    fetching,
    forgetting_control,
    lesson_link,
    naming,
    patience_control,
    runs,
)
from pages.ui.components.block_picture import blocks
from pages.ui.frame import T, show, words
from pages.ui.naming import rate, span
from pages.ui.streamlit_private import Place
from tlcore import catalog, own, recipe
from tlcore.errors import UserError
from tlcore.limits import RoomLimits
from tlcore.spec import FineTuneSpec

SIZES = (8, 10, 20, 40, 80, 100, 200, 400, 800, 1_000, 2_000, 4_000, 6_000, 10_000, 20_000)
RATES = tuple(m * 10.0**e for e in range(-6, 2) for m in (1, 2, 5))  # 1e-6 .. 50, then x10
WILD_RATES = (100.0, 1_000.0)  # to see a run diverge
TENTHS = tuple(n / 10 for n in range(11))
EPOCHS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150, 200, 300, 500)


def _steps(options: tuple[float, ...], field: str) -> list[float]:
    """Slider stops, with the draft's own value among them: a link may carry any."""
    return sorted({*options, draft.values()[field]})


def limits() -> RoomLimits:
    """What the room allows; whoever sits at the server may have raised it."""
    return runs.store().limits()


def what() -> None:
    """Backbone, data set and number of training pictures."""
    _there()
    draft.fit()
    left, middle, right = st.columns([1, 1, 1.4])
    grown = draft.values()["backbone"]  # a link, or a race, may carry one that a reader has grown
    _row(left, "backbone", ordered(dict.fromkeys((*catalog.backbones(), grown))))
    mine = [found.id for found in own.of(runs.user()) if found.usable]
    shown = draft.values()["data"]  # a link may carry another reader's
    _row(middle, "data", ordered(dict.fromkeys((*catalog.datasets(), *mine, shown))))
    data = catalog.dataset(shown)
    low, high = len(data.classes), min(data.train_pool, limits().samples)
    stops = tuple(n for n in (*SIZES, high) if low <= n <= high)
    if not lesson_link.hides("train_size"):
        right.select_slider(
            T("field.train_size"),
            _steps(stops, "train_size"),
            key=draft.widget("train_size"),
            format_func=lambda n: f"{n:,}",
            on_change=draft.keep,
            args=("train_size",),
            help=T("help.train_size", val=data.val, test=data.test),
        )
    if data.knobs and not lesson_link.hides("knobs"):
        difficulty, shift = st.columns(2)
        with difficulty:
            _slider("difficulty", TENTHS, rate)
        with shift:
            _slider("shift", TENTHS, rate)
    row = catalog.backbone(draft.values()["backbone"])
    about = {"backbone": T(f"backbone.{row.id}.about"), "data": naming.data_about(data.id)}
    st.caption(" ".join(told for name, told in about.items() if not lesson_link.hides(name)))
    for name in (row.id, data.id):
        fetching.offer(name)


def _there() -> None:
    """Own pictures that were deleted, or lack some now, cannot stay chosen."""
    try:
        catalog.dataset(draft.values()["data"])
    except UserError as error:
        show(error)
        draft.put({"data": FineTuneSpec().data})


def ordered(names: Iterable[str]) -> list[str]:
    """What can be used now first; behind it, and marked, what would have to be downloaded."""
    return sorted(names, key=lambda name: not fetching.here(name))


def option(name: str) -> str:
    """A backbone or data set in a list to choose from."""
    called = fetching.shown(name)
    if fetching.here(name):
        return called
    return T("fetch.option", name=called, size=fetching.size(name))


def _row(place: Place, field: str, rows: Iterable[str]) -> None:
    """Choose one row of the catalogue."""
    if lesson_link.hides(field):
        return
    known = list(rows)
    place.selectbox(
        T(f"field.{field}"),
        known,
        key=draft.widget(field),
        format_func=option,
        on_change=_changed,
        args=(field, known),
    )


def _changed(field: str, known: list[str]) -> None:
    """An option that was called otherwise when it was clicked (it has been downloaded since) comes
    as its old words: it names nothing, and nothing changes."""
    if st.session_state[draft.key(field)] in known:
        draft.keep(field)
        draft.fit()


PRESETS = ("head_only", "last_blocks", "everything", "from_scratch")


def preset(name: str, n: int) -> recipe.TransferPlan:
    """A named plan on a backbone of n blocks; "last blocks" is the last quarter of them."""
    if name == "head_only":
        return recipe.head_only(n)
    if name == "last_blocks":
        return recipe.last_blocks(n)
    return recipe.everything(n) if name == "everything" else recipe.from_scratch(n)


def plan_picture() -> None:
    """The block picture is the control; the presets set it."""
    if lesson_link.hides("plan"):
        return
    st.header(T("lab.plan"), anchor=False)
    row = catalog.backbone(draft.values()["backbone"])
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
    shown = _variant()
    plan = blocks(
        row,
        shown,
        classes=classes,
        stamp=draft.stamp(),
        words=words("blocks"),
        key="fine_tune.blocks",
    )
    if shown.learns != recipe.TransferPlan.learns and plan.freeze < plan.keep:
        st.caption(T(f"lab.plan.{shown.learns}", block=plan.freeze + 1))
    if (plan.read, plan.keep, plan.freeze) != (shown.read, shown.keep, shown.freeze):
        draft.values().update(read=plan.read, keep=plan.keep, freeze=plan.freeze)
        st.rerun()


def _choose_preset(n: int) -> None:
    chosen = st.session_state["fine_tune.preset"]
    if chosen is not None:
        draft.put_plan(preset(chosen, n))


def _variant() -> recipe.TransferPlan:
    """The draft's plan, with what of its kept blocks learns."""
    return dataclasses.replace(draft.plan(), learns=draft.values()["learns"])


def how() -> None:
    """Rates and length in sight, the rest behind one click."""
    if lesson_link.hides("epochs", "lr", "head_lr", "more"):
        return
    st.header(T("lab.how"), anchor=False)
    epochs, lr, head_lr = st.columns(3)
    with epochs:
        most = limits().epochs
        _slider("epochs", (*(n for n in EPOCHS if n <= most), most), str)
    plan = _variant()
    with lr:
        _slider("lr", (*RATES, *WILD_RATES), rate, disabled=plan.fixed == plan.read)
    with head_lr:
        _slider("head_lr", (*RATES, *WILD_RATES), rate)
    if not lesson_link.hides("more"):
        _more()


def _more() -> None:
    with st.expander(T("lab.more")):
        first, second, third = st.columns(3)
        with first:
            _choice("optimizer", ("adamw", "sgd"))
            sgd = draft.values()["optimizer"] == "sgd"
            _choice("bias_correction", get_args(recipe.BiasCorrection), disabled=sgd)
            _choice("schedule", get_args(recipe.Schedule))
            _choice("head_start", get_args(recipe.HeadStart))
            _choice("learns", get_args(recipe.Learns))
            _choice("unfreeze", get_args(recipe.Unfreeze))
            _slider("batch", (2, 4, 8, 16, 32, 64, 128, 256), str)
        with second:
            _slider("layer_decay", (0.3, 0.5, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0), str)
            _slider("weight_decay", (0.0, 0.0001, 0.001, 0.01, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0), str)
            _choice("decay_to", get_args(recipe.DecayTo))
            _slider("dropout", (0.0, 0.1, 0.2, 0.3, 0.5, 0.7), str)
            _slider("label_smoothing", (0.0, 0.05, 0.1, 0.2, 0.3, 0.5), str)
        with third:
            _choice("augment", get_args(recipe.Augment))
            _slider("views", (1, 2, 4, 8, 16), str, disabled=draft.values()["augment"] == "none")
            st.number_input(
                T("field.seed"),
                0,
                2**31 - 1,
                key=draft.widget("seed"),
                on_change=draft.keep,
                args=("seed",),
                help=T("help.seed"),
            )
            forgetting_control.show()
            _choice("kept_epoch", get_args(recipe.KeptEpoch))
            patience_control.show(draft.widget("patience"), draft.keep)
        devices, precisions, formats = st.columns(3)
        with devices:
            _choice("device", ("auto", "cpu", "cuda"))
        with precisions:
            _choice("precision", ("auto", "fp32", "bf16"))
        with formats:
            _choice("memory_format", ("auto", "contiguous", "channels_last"))


def _slider(field: str, options: tuple[float, ...], shown: object, disabled: bool = False) -> None:
    if lesson_link.hides(field):
        return
    st.select_slider(
        T(f"field.{field}"),
        _steps(options, field),
        key=draft.widget(field),
        format_func=shown,  # type: ignore[arg-type]
        on_change=draft.keep,
        args=(field,),
        help=T(f"help.{field}"),
        disabled=disabled,
    )


def _choice(field: str, options: tuple[str, ...], disabled: bool = False) -> None:
    st.selectbox(
        T(f"field.{field}"),
        options,
        key=draft.widget(field),
        format_func=lambda name: T(f"choice.{field}.{name}"),
        on_change=draft.keep,
        args=(field,),
        help=T(f"help.{field}"),
        disabled=disabled,
    )


def cost(spec: FineTuneSpec) -> None:
    """Parameters, time and memory before the start, and where it will run; while the machine is
    being measured, looked at again each second."""
    if lesson_link.hides("cost"):
        return
    unknown = runs.profile(spec.backbone) is None
    st.fragment(_cost, run_every=1.0 if unknown else None)(spec, unknown)


def _cost(spec: FineTuneSpec, unknown: bool) -> None:
    found = runs.judge(spec)
    if unknown and found.seconds is not None:
        st.rerun()  # the page's own run ends the looking
    share = found.learning / found.total
    seconds = T("lab.measuring") if found.seconds is None else "≈ " + span(found.seconds)
    learn, total, time, memory = st.columns(4)
    learn.metric(
        T("lab.learning"),
        f"{found.learning:,}",
        f"{share:.1%}",
        delta_color="off",
        delta_arrow="off",
    )
    total.metric(T("lab.total"), f"{found.total:,}")
    time.metric(T("lab.time"), seconds, found.device.upper(), delta_color="off", delta_arrow="off")
    memory.metric(T("lab.memory"), f"≈ {found.memory_mb:,.0f} MB")
