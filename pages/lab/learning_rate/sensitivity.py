"""Sensitivity strips: test accuracy against learning rate, a head alone and every block."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.lab.learning_rate import filling as rate_filling
from pages.lab.learning_rate.sensitivity_figure import STRIPS, figure
from pages.ui.charts import figures
from pages.ui.forms import draft
from pages.ui.frame.speech import T
from pages.ui.lesson import predict
from pages.ui.runs import experiment, naming, told
from pages.ui.runs.rate_words import factor, points, rate
from tlcore.experiments.learning_rate import reading as rate_strips
from tlcore.experiments.learning_rate.presets import DATA, SIZES, strips
from tlcore.experiments.learning_rate.reading import Strip
from tlcore.experiments.learning_rate.spec import RatesSpec
from tlcore.ground import difference
from tlcore.ground.difference import POINTS
from tlcore.ground.errors import UserError

PAGE = "learning_rate"
ASKED_AT = 0.1  # the rate that the prediction is about: a hundred times the careful one


def show() -> dict[str, Any] | None:
    """Prediction, settings, the strips as they fill, what they say; the result once it is there."""
    if not predict.ask("rate_strips"):
        return None
    spec = _settings()
    key = f"{PAGE}.strips"
    run = experiment.answer(spec, key, T("rates.start"), progress)
    if run is None:
        _filling(spec)
        return None
    result = run.result or {}
    found = {name: rate_strips.of(result, name) for name in STRIPS}
    lines = said(found, result)
    st.markdown("\n".join(f"- {line}" for line in lines))
    st.plotly_chart(
        figure(found, result["solved"]),
        key=f"{key}.figure",
        config=figures.CONFIG,
        alt=T("rates.alt", head=widths(found["head"]), all=widths(found["all"])),
    )
    st.caption(_conditions(result))
    _table(found)
    with st.expander(T("reading.rules")):
        st.markdown(T("rates.rules"))
    predict.told("rate_strips", _answer(found), runs_behind=found["all"].seeds)
    return result


def progress(row: told.Row) -> tuple[float | None, str]:
    """A part's share of the time: the head is there in a moment, every block takes the rest."""
    share = row["done"] / row["of"]
    if row["part"] != "all":
        return 0.05, T(f"rates.at.{row['part']}")
    return 0.05 + 0.95 * share, T(
        "rates.at.all", done=min(int(row["done"]) + 1, row["of"]), of=row["of"]
    )


def _settings() -> RatesSpec:
    kept: dict[str, Any] = st.session_state.setdefault(
        f"{PAGE}.settings", {"data": DATA[0], "size": SIZES[0], "seed": 0}
    )
    keep = draft.keeper(PAGE, kept)
    data, size, seed = st.columns([1.6, 1, 0.7])
    data.segmented_control(
        T("field.data"),
        DATA,
        key=f"{PAGE}.data",
        format_func=naming.data_name,
        on_change=keep,
        args=("data", DATA),
        required=True,
    )
    size.segmented_control(
        T("field.train_size"),
        SIZES,
        key=f"{PAGE}.size",
        on_change=keep,
        args=("size",),
        required=True,
    )
    seed.number_input(T("rates.seed"), 0, 9999, key=f"{PAGE}.seed", on_change=keep, args=("seed",))
    return strips(kept["data"], kept["size"], kept["seed"])


def _filling(spec: RatesSpec) -> None:
    """While the run goes: what has been measured so far."""
    try:
        run = told.find(spec)
    except UserError:  # told where the run is asked for
        return
    if run is not None and run.active:
        st.fragment(rate_filling.draw, run_every=told.LOOK_AGAIN)(run.id)


def widths(strip: Strip) -> str:
    """ "0.0005 to 0.3", and where it reached the end of what was tried, "or more"."""
    width = strip.width
    low = T("rates.or_less", low=rate(width.low)) if width.open_low else rate(width.low)
    high = T("rates.or_more", high=rate(width.high)) if width.open_high else rate(width.high)
    return T("rates.from_to", low=low, high=high)


def said(found: dict[str, Strip], result: dict[str, Any]) -> list[str]:
    """What the strips say, each sentence hedged by the seeds behind it."""
    lines = []
    for name, strip in found.items():
        width = strip.width
        least = T("rates.at_least") if width.open_low or width.open_high else ""
        values = {
            "best": f"{max(strip.mean):.0%}",
            "rate": rate(width.best),
            "range": widths(strip),
        }
        told_ = T(f"rates.width.{name}", **values, factor=f"{least}{factor(width.tens)}")
        low, high = rate_strips.ends(strip)
        ends = [T(f"rates.low.{name}.{low}", rate=rate(strip.rates[0]), **lost(strip, 0))]
        ends.append(T(f"rates.high.{name}.{high}", rate=rate(strip.rates[-1]), **lost(strip, -1)))
        lines.append(" ".join([told_, *ends]))
    lines.append(_wider(found))
    lines.append(_solved(found["head"], result["solved"]))
    return lines


def lost(strip: Strip, place: int) -> dict[str, str]:
    """Points below the best, and the half-width of their interval."""
    found = strip.loss_at(place % len(strip.rates))
    return {"lost": points(found.mean), "half": points(found.half)}


def _wider(found: dict[str, Strip]) -> str:
    mean, half = rate_strips.wider(found["head"], found["all"])
    seeds = min(strip.seeds for strip in found.values())
    word = difference.word(mean - half, mean + half, margin=0)  # factors of ten have none
    which = {"ahead": "head", "behind": "all"}.get(word, word)
    return T(f"rates.wider.{which}", tens=f"{abs(mean):.1f}", half=f"{half:.1f}", seeds=seeds)


def _solved(head: Strip, solved: list[float]) -> str:
    best = head.mean.index(max(head.mean))
    gap = difference.of_seeds(solved, head.accuracy[best], head.asked)
    values = {"apart": points(abs(gap.mean)), "half": points(gap.half), "margin": POINTS}
    return T(f"rates.solved.{gap.word}", share=f"{sum(solved) / len(solved):.0%}", **values)


def _answer(found: dict[str, Strip]) -> int | None:
    """Which answer of the prediction came true: who still scores at a rate of 0.1."""
    fates = [rate_strips.fate(s, rate_strips.nearest(s, ASKED_AT)) for s in found.values()]
    if "open" in fates:
        return None
    return {"holds falls": 0, "falls holds": 1, "holds holds": 2, "falls falls": 3}[" ".join(fates)]


def _conditions(result: dict[str, Any]) -> str:
    counts = {f"{name}_seeds": len(result["strips"][name]["accuracy"][0]) for name in STRIPS}
    counts |= {f"{name}_steps": result["steps"][name] for name in STRIPS}
    told_ = {"n": result["train"], "asked": result["asked"], "head_lr": rate(result["head_lr"])}
    return T("rates.conditions", **told_, **counts)


def _table(found: dict[str, Strip]) -> None:
    with st.expander(T("table.show")):
        percent = st.column_config.NumberColumn(format="%.1f%%")
        for name, strip in found.items():
            table = pd.DataFrame(
                {
                    T("rates.rate"): [rate(value) for value in strip.rates],
                    T("result.accuracy"): [100 * value for value in strip.mean],
                    "±": [100 * value for value in strip.half],
                }
            )
            st.markdown(f"**{T(f'rates.strip.{name}')}**")
            st.dataframe(
                table,
                hide_index=True,
                key=f"{PAGE}.strips.table.{name}",
                column_config={
                    T("result.accuracy"): percent,
                    "±": st.column_config.NumberColumn(format="%.1f"),
                },
            )
