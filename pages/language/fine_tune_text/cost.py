"""What is stored, remembered and kept to go back, and the time of a step, by what learns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.frame.speech import T
from pages.ui.runs import experiment, naming, told
from tlcore.catalog import packaged
from tlcore.experiments.text.presets import BACKBONE, COST

PAGE = "fine_tune_text"
MB = 1e6
BYTES = 4  # a number in fp32
Result = Mapping[str, Any]


def show() -> None:
    """A button, then the table and what it says."""
    if not packaged.present(BACKBONE):
        return
    st.markdown(T("tune.cost.lead", batch=COST.batch, tokens=COST.tokens))
    run = experiment.answer(COST, f"{PAGE}.cost", T("tune.cost.start"), at)
    if run is None or run.result is None:
        return
    decimals = st.column_config.NumberColumn(format="%.1f")
    names = ("tune.runs.store", "tune.runs.remember", "tune.cost.kept", "tune.cost.step")
    st.dataframe(
        table(run.result),
        hide_index=True,
        column_config={
            T("lab.learning"): st.column_config.NumberColumn(format="localized"),
            **{T(name): decimals for name in names},
        },
    )
    st.markdown(reading(run.result))
    st.caption(T("tune.cost.hedge", n=run.result["steps"]))


def at(row: told.Row) -> tuple[float | None, str]:
    """How far it is."""
    return row["done"] / row["of"], T("tune.cost.at", done=row["done"], of=row["of"])


def table(result: Result) -> pd.DataFrame:
    """A line for each way."""
    ways = result["ways"]
    return pd.DataFrame(
        {
            T("tune.runs.learns"): [naming.way_name(way["way"]) for way in ways],
            T("lab.learning"): [way["learning"] for way in ways],
            T("tune.runs.store"): [BYTES * way["learning"] / MB for way in ways],
            T("tune.runs.remember"): [3 * BYTES * way["learning"] / MB for way in ways],
            T("tune.cost.kept"): [way["kept"] / MB for way in ways],
            T("tune.cost.step"): [way["step_ms"] for way in ways],
        }
    )


def reading(result: Result) -> str:
    """Adapters and LoRA as shares of full fine-tuning."""
    by = {way["way"]: way for way in result["ways"]}
    whole = by["full"]

    def share(way: str, cost: str) -> str:
        return f"{by[way][cost] / whole[cost]:.1%}"

    return T(
        "tune.cost.told",
        remember=share("adapters", "learning"),
        kept=share("adapters", "kept"),
        step=share("adapters", "step_ms"),
        lora_remember=share("lora", "learning"),
        lora_kept=share("lora", "kept"),
        lora_step=share("lora", "step_ms"),
        head_step=share("features", "step_ms"),
    )
