"""How the lab learns: rates and length in sight, the rest behind one click."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from pages.lab.fine_tune import forgetting as forgetting_control
from pages.lab.fine_tune import plan as tune_plan
from pages.ui.forms import draft
from pages.ui.forms import patience as patience_control
from pages.ui.forms.choices import limits, steps
from pages.ui.frame.speech import T
from pages.ui.lesson import lesson_link
from pages.ui.runs.naming import rate
from tlcore.ground import recipe, variants

RATES = tuple(m * 10.0**e for e in range(-6, 2) for m in (1, 2, 5))  # 1e-6 .. 50, then x10
WILD_RATES = (100.0, 1_000.0)  # to see a run diverge
EPOCHS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150, 200, 300, 500)


def show() -> None:
    """Rates and length in sight, the rest behind one click."""
    if lesson_link.hides("epochs", "lr", "head_lr", "more"):
        return
    st.header(T("lab.how"), anchor=False)
    epochs, lr, head_lr = st.columns(3)
    with epochs:
        most = limits().epochs
        slider("epochs", (*(n for n in EPOCHS if n <= most), most), str)
    plan = tune_plan.variant()
    with lr:
        slider("lr", (*RATES, *WILD_RATES), rate, disabled=plan.fixed == plan.read)
    with head_lr:
        slider("head_lr", (*RATES, *WILD_RATES), rate)
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
            _choice("learns", get_args(variants.Learns), text="variant.{name}.choice")
            _choice("unfreeze", get_args(recipe.Unfreeze))
            slider("batch", (2, 4, 8, 16, 32, 64, 128, 256), str)
        with second:
            slider("layer_decay", (0.3, 0.5, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0), str)
            slider("weight_decay", (0.0, 0.0001, 0.001, 0.01, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0), str)
            _choice("decay_to", get_args(recipe.DecayTo))
            slider("dropout", (0.0, 0.1, 0.2, 0.3, 0.5, 0.7), str)
            slider("label_smoothing", (0.0, 0.05, 0.1, 0.2, 0.3, 0.5), str)
        with third:
            _choice("augment", get_args(recipe.Augment))
            slider("views", (1, 2, 4, 8, 16), str, disabled=draft.values()["augment"] == "none")
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


def slider(field: str, options: tuple[float, ...], shown: object, disabled: bool = False) -> None:
    if lesson_link.hides(field):
        return
    st.select_slider(
        T(f"field.{field}"),
        steps(options, field),
        key=draft.widget(field),
        format_func=shown,  # type: ignore[arg-type]
        on_change=draft.keep,
        args=(field,),
        help=T(f"help.{field}"),
        disabled=disabled,
    )


def _choice(
    field: str,
    options: tuple[str, ...],
    disabled: bool = False,
    text: str = "choice.{field}.{name}",
) -> None:
    st.selectbox(
        T(f"field.{field}"),
        options,
        key=draft.widget(field),
        format_func=lambda name: T(text.format(field=field, name=name)),
        on_change=draft.keep,
        args=(field,),
        help=T(f"help.{field}"),
        disabled=disabled,
    )
