"""Few labels, many seeds: every run a dot, mean and spread with their intervals, way by way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T
from pages.ui.runs import experiment, told
from tlcore import catalog
from tlcore.experiments.text import reading as spread_reading
from tlcore.experiments.text.presets import SPREAD

PAGE = "fine_tune_text"
ASIDE = 0.28  # of a row: the dots fan out, the mean stands under them
Result = Mapping[str, Any]


def show() -> None:
    if SPREAD.backbone not in catalog.texts():
        return
    values = {"labels": SPREAD.train_size, "seeds": SPREAD.seeds}
    st.markdown(T("spread.lead", **values))
    run = experiment.answer(SPREAD, f"{PAGE}.spread", T("spread.start"), at)
    if run is None or run.result is None:
        return
    result = run.result
    found = readings(result)
    for sentence in found:
        st.markdown(f"- {sentence}")
    st.plotly_chart(
        figure(result),
        key=f"{PAGE}.spread.figure",
        config=figures.CONFIG,
        alt=T("spread.alt", seeds=result["seeds"], told=found[0]),
    )
    hedge = {name: result[name] for name in ("epochs", "asked", "labels")}
    st.caption(T("spread.hedge", **hedge, floor=f"{result['floor']:.0%}", lr=f"{result['lr']:g}"))
    with st.expander(T("table.show")):
        st.dataframe(table(result), hide_index=True, key=f"{PAGE}.spread.table")


def at(row: told.Row) -> tuple[float | None, str]:
    """How far it is."""
    way = T(f"spread.way.{row['part']}")
    return row["done"] / row["of"], T("spread.at", way=way, done=row["done"], of=row["of"])


def readings(result: Result) -> list[str]:
    """The plain way; who is narrower, if anybody surely is; who is better, if anybody surely is;
    what one change does by itself."""
    ways = spread_reading.by_way(result)
    plain, seeds = ways[spread_reading.BASE], result["seeds"]
    if plain["sd"] is None:
        return [T("spread.told.lost", failed=plain["failed"], seeds=seeds)]
    values = {"mean": f"{plain['mean']:.0%}", "seeds": seeds, "failed": plain["failed"]}
    found = [T("spread.told.plain", **values, **_sd(plain))]
    if (least := spread_reading.narrowest(result)) is not None:
        way, word = least
        found.append(T(f"spread.told.narrow.{word}", way=_name(way), seeds=seeds, **_sd(ways[way])))
    said = spread_reading.means(result)
    for word in ("ahead", "behind", "open"):
        names = ", ".join(_name(way) for way, verdict in said.items() if verdict == word)
        if names:
            found.append(T(f"spread.told.{word}", ways=names))
    for part, (gap, word) in spread_reading.parts(result).items():
        name = T(f"spread.part.{part}", longer=result["longer"], epochs=result["epochs"])
        points = {"mean": f"{100 * gap['mean']:+.1f}", "half": f"{100 * gap['half']:.1f}"}
        found.append(T(f"spread.told.part.{word}", part=name, **points))
    return found


def _sd(way: Mapping[str, Any]) -> dict[str, str]:
    return {name: f"{100 * way[name]:.1f}" for name in ("sd", "sd_low", "sd_high")}


def _name(way: str) -> str:
    return T(f"spread.way.{way}")


def figure(result: Result) -> dict[str, Any]:
    """A run that diverged has no dot; the table counts it."""
    ways = result["ways"]
    dots: dict[str, list[float]] = {"x": [], "y": []}
    for place, way in enumerate(ways):
        known = [score for score in way["scores"] if score is not None]
        for number, score in enumerate(known):
            dots["x"].append(100 * score)
            dots["y"].append(place - ASIDE * (number + 1) / len(known))
    means = [(place, way) for place, way in enumerate(ways) if way["mean"] is not None]
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": T("spread.dot"),
            **dots,
            "marker": {"symbol": "circle-open", "size": 8, "color": visual.SERIES[0]},
            "hovertemplate": "%{x:.0f}%",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "name": T("spread.mean"),
            "x": [100 * way["mean"] for _, way in means],
            "y": [place + ASIDE / 2 for place, _ in means],
            "error_x": {"type": "data", "array": [100 * w["half"] for _, w in means], "width": 5},
            "marker": {"symbol": "diamond", "size": 11, "color": visual.SERIES[1]},
            "hovertemplate": "%{x:.1f}%",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": T("tune.layers.chance"),
            "x": [100 * result["chance"]] * 2,
            "y": [-0.5, len(ways) - 0.5],
            "line": {"color": figures.GREY, "dash": "dot"},
        },
    ]
    layout = figures.layout(
        130 + 62 * len(ways),
        {"title": figures.title(T("result.accuracy")), "ticksuffix": "%"},
        {
            "tickvals": list(range(len(ways))),
            "ticktext": [figures.broken(_name(way["way"])) for way in ways],
            "range": [len(ways) - 0.5, -0.5],
            "automargin": True,
        },
        legend={"orientation": "h", "yanchor": "top", "y": -0.2, "x": 0, "font": figures.FONT},
    )
    return {"data": traces, "layout": layout}


def table(result: Result) -> pd.DataFrame:
    """In percent and points; a diverged run is named, not left out."""
    ways = result["ways"]
    return pd.DataFrame(
        {
            T("spread.column.way"): [_name(way["way"]) for way in ways],
            T("spread.column.mean"): [_points(way["mean"]) for way in ways],
            "±": [_points(way["half"]) for way in ways],
            T("spread.column.sd"): [_points(way["sd"]) for way in ways],
            T("spread.column.sd_low"): [_points(way["sd_low"]) for way in ways],
            T("spread.column.sd_high"): [_points(way["sd_high"]) for way in ways],
            T("spread.column.failed"): [way["failed"] for way in ways],
            T("spread.column.seeds"): [
                " ".join("×" if s is None else f"{100 * s:.0f}" for s in way["scores"])
                for way in ways
            ],
        }
    )


def _points(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)
