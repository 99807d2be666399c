"""Layer-wise decay on the blocks and the schedule over the steps, drawn before anything runs."""

from __future__ import annotations

import math
from typing import Any, get_args

import pandas as pd
import streamlit as st

from pages.lab.learning_rate.sensitivity import PAGE
from pages.ui.charts import figures
from pages.ui.forms import draft
from pages.ui.frame import visual
from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T
from pages.ui.runs.rate_words import rate
from tlcore.experiments.learning_rate.presets import ladder
from tlcore.ground.recipe import Schedule
from tlcore.runs.spec import FineTuneSpec
from tlcore.training import rates

DECAYS = (1.0, 0.95, 0.9, 0.8, 0.7, 0.65, 0.5)
PEAKS = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)
SCHEDULES = get_args(Schedule)
USUAL = {"decay": 0.8, "lr": 1e-3, "schedule": "one_cycle", "epochs": 15}


def show() -> None:
    key = f"{PAGE}.ladder"
    kept: dict[str, Any] = st.session_state.setdefault(f"{key}.settings", dict(USUAL))
    keep = draft.keeper(key, kept)
    decay, peak = st.columns(2)
    decay.select_slider(
        T("field.layer_decay"), DECAYS, key=f"{key}.decay", on_change=keep, args=("decay",)
    )
    peak.select_slider(
        T("field.lr"), PEAKS, key=f"{key}.lr", format_func=rate, on_change=keep, args=("lr",)
    )
    base = ladder(kept["decay"])
    spec = base.model_copy(
        update={"lr": kept["lr"], "schedule": kept["schedule"], "epochs": kept["epochs"]}
    )
    found = of_blocks(spec)
    first, last = (list(found.values())[place] for place in (0, -2))
    values = {"first": rate(first), "last": rate(last), "head": rate(spec.head_lr)}
    values |= {"times": f"{last / first:.1f}", "blocks": len(found) - 1}
    st.markdown(T("rates.ladder.flat" if first == last else "rates.ladder.told", **values))
    st.plotly_chart(
        blocks_figure(found),
        key=f"{key}.blocks",
        config=figures.CONFIG,
        alt=T("rates.ladder.alt", **values),
    )
    shape, epochs = st.columns(2)
    shape.segmented_control(
        T("field.schedule"),
        SCHEDULES,
        key=f"{key}.schedule",
        format_func=lambda name: T(f"choice.schedule.{name}"),
        on_change=keep,
        args=("schedule",),
        required=True,
    )
    epochs.slider(T("field.epochs"), 1, 60, key=f"{key}.epochs", on_change=keep, args=("epochs",))
    steps = spec.epochs * -(-spec.train_size // spec.batch)
    shares = [rates.pace(spec.schedule, step, steps) for step in range(1, steps + 1)]
    top = 1 + shares.index(max(shares))
    told = {"steps": steps, "top": top, "begin": rate(last * shares[0]), "peak": rate(last)}
    st.markdown(T(f"rates.schedule.{spec.schedule}", **told))
    st.plotly_chart(
        schedule_figure(found, shares),
        key=f"{key}.schedule.figure",
        config=figures.CONFIG,
        alt=T("rates.schedule.alt", **told),
    )
    with st.expander(T("table.show")):
        table = {
            T("rates.ladder.group"): list(found),
            T("rates.rate"): list(map(rate, found.values())),
        }
        st.dataframe(pd.DataFrame(table), hide_index=True, key=f"{key}.table")
    if st.button(T("rates.ladder.lab"), key=f"{key}.lab", icon=T("icon.fine_tune")):
        draft.put(spec.model_dump(include=set(draft.FIELDS)))
        st.session_state.pop("fine_tune.run", None)
        st.switch_page(page_file("fine_tune"))


def of_blocks(spec: FineTuneSpec) -> dict[str, float]:
    """Peak rate of each learning block by its name, and of the head, as the optimiser has them."""
    found = {
        T("rates.ladder.block", n=n): spec.lr * rates.scale(spec.layer_decay, spec.read, n)
        for n in range(spec.freeze + 1, spec.read + 1)
    }
    return found | {T("rates.head"): spec.head_lr}


def blocks_figure(found: dict[str, float]) -> dict[str, Any]:
    """A bar a block, from the first down, on a logarithmic axis; the head has another pattern.
    Names and rates stand beside lying bars: between standing ones a phone has no room for them."""
    looks = [visual.bar("kept"), visual.bar("new")]
    names, values = list(found), list(found.values())
    parts = (("kept", names[:-1], values[:-1]), ("new", names[-1:], values[-1:]))
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "name": T(f"rates.ladder.{what}"),
            "x": x,
            "y": [figures.text(name) for name in y],
            "text": [rate(value) for value in x],
            "textposition": "outside",
            "textfont": figures.FONT,
            "constraintext": "none",
            "cliponaxis": False,
            "marker": look,
            "hovertemplate": "%{y}: %{text}<extra></extra>",
        }
        for (what, y, x), look in zip(parts, looks, strict=True)
    ]
    low, high = math.log10(min(values)), math.log10(max(values))
    ticks = [10.0**power for power in range(math.floor(low), math.ceil(high) + 1)]
    layout = figures.layout(
        90 + 30 * len(names),
        {
            "type": "log",
            "title": figures.title(T("rates.axis")),
            "range": [low - 0.3, high + 0.5],  # the longest bar's rate stands behind it
            "tickvals": ticks,
            "ticktext": [rate(value) for value in ticks],
        },
        {"autorange": "reversed", "showgrid": False},
        showlegend=False,
    )
    return {"data": traces, "layout": layout}


def schedule_figure(found: dict[str, float], shares: list[float]) -> dict[str, Any]:
    """Rate at each step of the first block and of the last one; the head moves in proportion."""
    names, x = list(found)[:-1], list(range(1, len(shares) + 1))
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": figures.text(name),
            "x": x,
            "y": [found[name] * share for share in shares],
            "line": {"color": colour, "dash": dash, "width": 3},
            "hovertemplate": "%{y:.2g}",
        }
        for name, colour, dash in zip(
            (names[-1], names[0]), figures.COLOURS, visual.DASHES, strict=False
        )
    ]
    layout = figures.layout(
        320,
        {"title": figures.title(T("rates.steps"))},
        {"title": figures.title(T("rates.rate")), "rangemode": "tozero", "exponentformat": "none"},
        hovermode="x unified",
        legend={
            **{"orientation": "h", "yref": "container", "yanchor": "bottom", "y": 0, "x": 0},
            "font": figures.FONT,
        },
    )
    return {"data": traces, "layout": layout}
