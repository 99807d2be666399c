"""What is fine-tuned on which texts: data, labels, what learns, how long and how fast."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, get_args

import streamlit as st

from pages.language.fine_tune_text import own as text_own
from pages.ui.forms import draft, text_draft
from pages.ui.forms import patience as patience_control
from pages.ui.forms.text_draft import PAGE
from pages.ui.frame.speech import T
from pages.ui.runs.naming import data_about, data_name, rate, way_name
from tlcore import catalog
from tlcore.experiments.text import presets as preset
from tlcore.ground import recipe
from tlcore.ground.variants import VARIANTS
from tlcore.runs.spec import FineTuneSpec

SIZES = (20, 40, 80, 160, 240, 500, 1_000, 2_000, 5_000)
EPOCHS = (1, 2, 3, 5, 10, 20, 40)
TIMES = (0.1, 0.3, 1.0, 3.0, 10.0, 100.0)
DECAYS = (1.0, 0.9, 0.8, 0.65)
WEIGHT_DECAYS = (0.0, 0.01, 0.1, 1.0)
DROPOUTS = (0.0, 0.1, 0.3, 0.5)
SCHEDULES = get_args(recipe.Schedule)
CORRECTIONS = get_args(recipe.BiasCorrection)
MOST_SEED = 9999


def choose() -> FineTuneSpec:
    """The controls; what they say, as the spec of an ordinary fine-tune."""
    kept = text_draft.kept()
    kept["data"] = text_own.offer(kept["data"])
    row = catalog.dataset(kept["data"])
    pool = row.train_pool
    kept["size"] = max(min(kept["size"], pool), len(row.classes))
    backbone, most = kept["backbone"], preset.layers(kept["backbone"])
    possible = preset.ways(backbone)
    how: preset.How = kept["way"] if kept["way"] in possible else possible[0]
    kept |= {"way": how, "layer": min(kept["layer"], most), "top": min(kept["top"], most - 1)}
    told = dict(kept)
    told["epochs"] = kept["epochs"] or preset.EPOCHS.get(how, preset.USUAL_EPOCHS)
    keep = draft.keeper(PAGE, told)

    def kept_too(field: str, known: Collection[Any] | None = None) -> None:
        keep(field, known)
        kept[field] = told[field]
        if field == "way":
            kept["epochs"] = None  # each way has its usual length

    def perhaps_none(field: str) -> None:
        kept[field] = told[field] = st.session_state[f"{PAGE}.{field}"]

    known, readers = [*catalog.text_datasets(), *text_own.sets()], preset.encoders()
    encoder, data, size = st.columns([1.2, 1.4, 1])
    encoder.selectbox(
        T("tune.encoder"),
        readers,
        key=f"{PAGE}.backbone",
        format_func=lambda name: T(f"backbone.{name}"),
        on_change=kept_too,
        args=("backbone", readers),
    )
    data.selectbox(
        T("tune.data"),
        known,
        key=f"{PAGE}.data",
        format_func=data_name,
        on_change=kept_too,
        args=("data", known),
    )
    size.select_slider(
        T("tune.labels"),
        sorted({*(n for n in SIZES if len(row.classes) <= n <= pool), kept["size"], pool}),
        key=f"{PAGE}.size",
        format_func=lambda n: f"{n:,}",
        on_change=kept_too,
        args=("size",),
    )
    st.caption(" ".join((T(f"backbone.{backbone}.about"), data_about(kept["data"]))))
    st.segmented_control(
        T("tune.how"),
        possible,
        key=f"{PAGE}.way",
        format_func=way_name,
        on_change=kept_too,
        args=("way", possible),
        required=True,
    )
    st.caption(T(f"variant.{how}.of_texts.about" if how in VARIANTS else f"tune.about.{how}"))
    depth = _depth(how, most, kept, kept_too)
    epochs, times, seed = st.columns([1.3, 1.3, 0.7])
    epochs.select_slider(
        T("field.epochs"),
        sorted({*EPOCHS, told["epochs"]}),
        key=f"{PAGE}.epochs",
        on_change=kept_too,
        args=("epochs",),
    )
    times.select_slider(
        T("tune.times"),
        TIMES,
        key=f"{PAGE}.times",
        format_func=lambda n: T("tune.times.n", n=f"{n:g}"),
        on_change=kept_too,
        args=("times",),
        help=T("tune.times.help"),
    )
    seed.number_input(
        T("field.seed"), 0, MOST_SEED, key=f"{PAGE}.seed", on_change=kept_too, args=("seed",)
    )
    _careful(kept_too, perhaps_none)
    names = ("layer_decay", "weight_decay", "dropout", "schedule", "bias_correction")
    more = {name: kept[name] for name in (*names, "kept_epoch", "patience")}
    spec = preset.spec(
        how,
        kept["data"],
        kept["size"],
        depth,
        told["epochs"],
        kept["times"],
        kept["seed"],
        backbone,
        **more,
    )
    blocks = "" if spec.plan.fixed == spec.plan.read else T("tune.rate.blocks", lr=rate(spec.lr))
    st.caption(" ".join(filter(None, (blocks, T("tune.rate.head", lr=rate(spec.head_lr))))))
    return spec


def _depth(how: str, most: int, kept: dict[str, Any], keep: Any) -> int:
    """Which layer is read, or how many of the last ones learn; the whole encoder otherwise."""
    if how == "features" and most:
        st.select_slider(
            T("tune.layer"),
            range(most + 1),
            key=f"{PAGE}.layer",
            format_func=lambda n: T("tune.layer.0") if n == 0 else T("tune.layer.n", n=n),
            on_change=keep,
            args=("layer",),
        )
        return int(kept["layer"])
    if how == "top":
        st.select_slider(
            T("tune.top"), range(1, most), key=f"{PAGE}.top", on_change=keep, args=("top",)
        )
        return int(kept["top"])
    return most


def _careful(keep: Any, keep_none: Any) -> None:
    """Rates by layer, regularisation, warm-up, the correction of AdamW's bias; which epoch is kept
    and when a run ends."""
    with st.expander(T("lab.more")):
        places = st.columns(4)
        options = {
            "layer_decay": DECAYS,
            "weight_decay": WEIGHT_DECAYS,
            "dropout": DROPOUTS,
        }
        for place, (field, values) in zip(places, options.items(), strict=False):
            place.select_slider(
                T(f"field.{field}"),
                values,
                key=f"{PAGE}.{field}",
                on_change=keep,
                args=(field,),
                help=T(f"help.{field}"),
            )
        for field, known in (("schedule", SCHEDULES), ("bias_correction", CORRECTIONS)):
            places[3].selectbox(
                T(f"field.{field}"),
                known,
                key=f"{PAGE}.{field}",
                format_func=lambda name, field=field: T(f"choice.{field}.{name}"),
                on_change=keep,
                args=(field, known),
                help=T(f"help.{field}"),
            )
        which, patience = st.columns(2)
        which.selectbox(
            T("field.kept_epoch"),
            get_args(recipe.KeptEpoch),
            key=f"{PAGE}.kept_epoch",
            format_func=lambda name: T(f"choice.kept_epoch.{name}"),
            on_change=keep,
            args=("kept_epoch", get_args(recipe.KeptEpoch)),
            help=T("help.kept_epoch"),
        )
        with patience:
            patience_control.show(f"{PAGE}.patience", keep_none)
        st.caption(T("tune.careful"))
