"""Regularisers, each with its measured effect: pairs of seeds, and "none seen" is an answer."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.ui import draft, experiment, figures, told, visual
from pages.ui.frame import T
from pages.ui.rate_strips import PAGE
from pages.ui.rate_words import points
from tlcore import effects
from tlcore.effects import EFFECTS, Effect
from tlcore.errors import UserError
from tlcore.presets.learning_rate import DATA, pairs


def show() -> None:
    key = f"{PAGE}.effects"
    kept: dict[str, Any] = st.session_state.setdefault(f"{key}.settings", {"effect": "layer_decay"})
    keep = draft.keeper(key, kept)
    st.segmented_control(
        T("rates.effects.which"),
        list(EFFECTS),
        key=f"{key}.effect",
        format_func=lambda name: T(f"rates.effect.{name}"),
        on_change=keep,
        args=("effect",),
        required=True,
    )
    data = st.session_state.get(f"{PAGE}.settings", {}).get("data", DATA[0])
    st.caption(T(f"rates.effect.{kept['effect']}.about"))
    spec = pairs(kept["effect"], data)
    run = experiment.answer(spec, key, T("rates.effects.start", seeds=spec.seeds), progress)
    found = _seen(data)
    if run is not None:
        result = run.result or {}
        effect = effects.of(result["accuracy"]["without"], result["accuracy"]["with"])
        st.markdown(said(kept["effect"], effect))
    if not found:
        return
    st.plotly_chart(
        figure(found),
        key=f"{key}.figure",
        config=figures.CONFIG,
        alt=T("rates.effects.alt", n=len(found)),
    )
    st.caption(T("rates.effects.conditions", n=spec.train_size, epochs=spec.epochs))
    with st.expander(T("table.show")):
        table = {
            T("rates.effects.which"): [T(f"rates.effect.{name}") for name in found],
            T("rates.effects.points"): [100 * effect.mean for effect in found.values()],
            "±": [100 * effect.half for effect in found.values()],
            T("rates.effects.word"): [T(f"rates.effects.{e.word}.short") for e in found.values()],
        }
        number = st.column_config.NumberColumn(format="%.1f")
        config = {T("rates.effects.points"): number, "±": number}
        st.dataframe(pd.DataFrame(table), hide_index=True, key=f"{key}.table", column_config=config)


def progress(row: told.Row) -> tuple[float | None, str]:
    done = min(int(row["done"]) + 1, row["of"])
    return row["done"] / row["of"], T("rates.at.pairs", done=done, of=row["of"])


def said(name: str, effect: Effect) -> str:
    values = {"name": T(f"rates.effect.{name}"), "mean": points(abs(effect.mean))}
    return T(f"rates.effects.{effect.word}", half=points(effect.half), seeds=effect.seeds, **values)


def _seen(data: str) -> dict[str, Effect]:
    """What has been measured so far, by anybody."""
    found = {}
    for name in EFFECTS:
        try:
            run = told.find(pairs(name, data))
        except UserError:  # told where the run is asked for
            return {}
        if run is not None and told.answered(run):
            accuracy = (run.result or {})["accuracy"]
            found[name] = effects.of(accuracy["without"], accuracy["with"])
    return found


def figure(found: dict[str, Effect]) -> dict[str, Any]:
    """Points won or lost, each with its interval; at zero there is nothing to see."""
    names = [T(f"rates.effect.{name}") for name in found]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": [100 * effect.mean for effect in found.values()],
        "y": [figures.text(name) for name in names],
        "error_x": {
            **{"type": "data", "array": [100 * e.half for e in found.values()]},
            **{"thickness": 2, "width": 6},
        },
        "marker": visual.marker("target", 12),
        "hovertemplate": "%{x:+.1f}<extra></extra>",
    }
    widest = max(100 * (abs(e.mean) + e.half) for e in found.values()) + 1
    layout = figures.layout(
        120 + 52 * len(found),
        {
            "title": figures.title(T("rates.effects.points")),
            "range": [-widest, widest],
            "zeroline": True,
            "zerolinewidth": 2,
        },
        {"autorange": "reversed"},
        showlegend=False,
    )
    return {"data": [trace], "layout": layout}
