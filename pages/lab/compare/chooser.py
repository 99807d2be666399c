"""What is compared: a question that comes with its experiment, and every part of it to change."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui.forms import draft
from pages.ui.frame.speech import T, language
from pages.ui.lesson import lesson_link
from pages.ui.runs import runs
from pages.ui.runs.naming import data_name
from tlcore import catalog
from tlcore.experiments.compare import entrants
from tlcore.experiments.compare.presets import CHOICES
from tlcore.experiments.compare.spec import CompareSpec
from tlcore.training import strategies

PAGE = "compare"
SIZES = (10, 20, 40, 100, 200, 400)
EPOCHS = (5, 10, 20, 40, 60)
SEEDS = (1, 3, 5)
DATA = tuple(row.id for row in catalog.datasets().values() if row.source != "download")
BACKBONES = ("clothing", "photo")  # those that are always there
MOST = 12  # strategies of one comparison
BEGUN = f"{PAGE}.begun"  # backbone -> what its last comparison was computed in
COMPUTE = ("precision", "memory_format")
FIELDS = ("backbone", "data", "sizes", "strategies", "epochs")


def choose() -> tuple[CompareSpec, ...]:
    """One spec a seed.  Raises UserError("spec.invalid")."""
    kept: dict[str, Any] = st.session_state.setdefault(f"{PAGE}.kept", _begin())
    kept |= lesson_link.settings(PAGE, {"seeds": SEEDS, "epochs": EPOCHS})
    keep = draft.keeper(PAGE, kept)
    preset = st.segmented_control(
        T("compare.preset"),
        list(CHOICES),
        key=f"{PAGE}.preset",
        format_func=lambda name: T(f"compare.preset.{name}"),
        on_change=_taken,
        args=(kept,),
    )
    if preset:
        st.markdown(T(f"compare.preset.{preset}.about"))
    with st.expander(T("compare.change"), icon=":material/tune:"):
        _controls(kept, keep)
    spec = CompareSpec(**{field: kept[field] for field in FIELDS})
    # What was begun before this machine was measured stays what the page looks at.
    begun = st.session_state.get(BEGUN, {}).get(spec.backbone)
    known = begun or entrants.quickest(spec, runs.profile(spec.backbone)).model_dump()
    spec = spec.model_copy(update={field: known[field] for field in COMPUTE})
    return tuple(spec.model_copy(update={"seed": seed}) for seed in range(kept["seeds"]))


def _begin() -> dict[str, Any]:
    asked = str(st.query_params.get("preset", ""))
    return _of(asked if asked in CHOICES else "forms") | {"seeds": 3}


def _of(preset: str) -> dict[str, Any]:
    spec = CHOICES[preset].model_dump()
    lists = {"sizes": list(spec["sizes"]), "strategies": list(spec["strategies"])}
    return {"preset": preset} | {field: spec[field] for field in FIELDS} | lists


def _taken(kept: dict[str, Any]) -> None:
    """on_change of the question: its experiment, whole."""
    preset = st.session_state[f"{PAGE}.preset"]
    if preset in CHOICES:  # not its words in the other language
        kept.update(_of(preset))


def _controls(kept: dict[str, Any], keep: Any) -> None:
    first, second = st.columns(2)
    first.selectbox(
        T("field.backbone"),
        BACKBONES,
        key=f"{PAGE}.backbone",
        format_func=lambda name: T(f"backbone.{name}"),
        on_change=_other_backbone,
        args=(kept, keep),
    )
    second.selectbox(
        T("field.data"),
        DATA,
        key=f"{PAGE}.data",
        format_func=data_name,
        on_change=keep,
        args=("data", DATA),
    )
    blocks = len(catalog.backbone(kept["backbone"]).blocks)
    known = {n: strategies.title(n, blocks, language()) for n in strategies.names(blocks)}
    st.multiselect(
        T("field.strategies"),
        list(known),
        key=f"{PAGE}.strategies",
        format_func=known.__getitem__,
        max_selections=MOST,
        placeholder=T("compare.choose"),
        on_change=keep,
        args=("strategies", known),
    )
    sizes, epochs, seeds = st.columns(3)
    sizes.multiselect(
        T("field.sizes"),
        SIZES,
        key=f"{PAGE}.sizes",
        format_func=lambda n: f"{n:,}",
        max_selections=4,
        placeholder=T("compare.choose"),
        on_change=keep,
        args=("sizes",),
    )
    epochs.selectbox(
        T("field.epochs"), EPOCHS, key=f"{PAGE}.epochs", on_change=keep, args=("epochs",)
    )
    seeds.segmented_control(
        T("compare.seeds"),
        SEEDS,
        key=f"{PAGE}.seeds",
        help=T("compare.seeds.help"),
        on_change=keep,
        args=("seeds",),
    )


def _other_backbone(kept: dict[str, Any], keep: Any) -> None:
    """Its depths are others: those that it does not have go."""
    keep("backbone", BACKBONES)
    blocks = len(catalog.backbone(kept["backbone"]).blocks)
    kept["strategies"] = [n for n in kept["strategies"] if strategies.find(n, blocks)]
