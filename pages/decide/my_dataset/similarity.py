"""How near a data set is to what a backbone knows: in words, as a picture, in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.decide.my_dataset.chooser import Choice
from pages.ui.charts import backbone_rows, figures
from pages.ui.forms import clicks
from pages.ui.frame.speech import T
from pages.ui.frame.speech import show as show_error
from pages.ui.runs import told
from tlcore.experiments.similarity import reading as nearness
from tlcore.ground.errors import UserError
from tlcore.runs.store.store import Run

Result = Mapping[str, Any]
EXPLAINED = ("probe", "knn", "random", "pixels", "pad", "logme")
PARTS = {"learned": (0.0, 0.45), "random": (0.45, 0.45), "scores": (0.9, 0.1)}  # begin, share


def show(choice: Choice) -> Result | None:
    """A button, then what was measured with this backbone; the result once there is one."""
    st.header(
        T("my_dataset.similarity", name=backbone_rows.short(choice.backbone.id)),
        anchor=False,
    )
    spec = choice.similarity(choice.backbone.id)
    run = found(spec)
    told.trouble()
    if run is not None and not told.answered(run):
        told.state(run, progress, "my_dataset.similarity", T("similarity.going"))
    if not told.answered(run):
        if run is None or not run.active:
            st.markdown(T("similarity.offer", n=f"{spec.train_size:,}"))
            icon = ":material/straighten:"
            clicks.go(T("similarity.start"), "my_dataset.measure", told.begin, (spec,), icon=icon)
        return None
    assert run is not None
    result = run.result or {}
    _words(result)
    _picture(result)
    _numbers(result)
    return result


def progress(row: dict[str, Any]) -> tuple[float | None, str]:
    begin, share = PARTS[row["part"]]
    done = row["done"] / row["of"]
    values = {"done": f"{row['done']:,}", "of": f"{row['of']:,}"}
    return begin + share * done, T(f"similarity.at.{row['part']}", **values)


def found(spec: Any) -> Run | None:
    try:
        return told.find(spec)
    except UserError as error:
        show_error(error)
        return None


def _words(result: Result) -> None:
    near = nearness.read(result)
    st.markdown(T(f"nearness.{near.word}", **near.values))
    if near.notes:
        notes = (T(f"nearness.{note}", **near.values) for note in near.notes)
        st.markdown("\n".join(f"- {note}" for note in notes))
    st.caption(T("nearness.warning"))


def _picture(result: Result) -> None:
    """Accuracy by block with its baselines, and beside it the distance to the source."""
    names = [block["name"] for block in result["blocks"]]
    best = max(result["blocks"], key=lambda block: block["probe"])
    left, right = st.columns([1.7, 1])
    with left:
        st.markdown(f"**{T('similarity.accuracy')}**")
        st.plotly_chart(
            accuracy_figure(result),
            key="my_dataset.accuracy",
            config=figures.CONFIG,
            alt=T(
                "similarity.alt",
                best=f"{best['probe']:.0%}",
                name=best["name"],
                random=f"{max(block['probe'] for block in result['random']['blocks']):.0%}",
                pixels=f"{result['pixels']['probe']:.0%}",
                chance=f"{best['knn_chance']:.0%}",
            ),
        )
    with right:
        st.markdown(f"**{T('score.pad.name')}**")
        if result["source"] is None:
            st.caption(T("nearness.no_source"))
            return
        pads = [block["pad"] for block in result["blocks"]]
        st.plotly_chart(
            distance_figure(names, pads),
            key="my_dataset.distance",
            config=figures.CONFIG,
            alt=T("similarity.pad.alt", low=f"{min(pads):.2f}", high=f"{max(pads):.2f}"),
        )
        st.caption(T("similarity.pad.reading"))


def accuracy_figure(result: Result) -> dict[str, Any]:
    """Lines over the blocks; each has a dash and a mark of its own besides its colour."""
    names = [block["name"] for block in result["blocks"]]
    x = list(range(1, len(names) + 1))
    chance = result["blocks"][0]["knn_chance"]
    probe = [block["probe"] for block in result["blocks"]]
    low, high = zip(*(block["probe_interval"] for block in result["blocks"]), strict=True)
    random = [block["probe"] for block in result["random"]["blocks"]]
    pixels = result["pixels"]["probe"]
    colours = figures.COLOURS
    lines: list[tuple[str, Sequence[float], str, str, str]] = [
        ("score.knn.name", [b["knn"] for b in result["blocks"]], "dash", "square", colours[3]),
        ("score.random.name", random, "dot", "x", colours[1]),
        ("similarity.pixels", [pixels] * len(x), "dashdot", "", colours[2]),
        ("similarity.chance", [chance] * len(x), "dot", "", figures.GREY),
    ]
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "name": T("score.probe.name"),
            "mode": "lines+markers",
            "x": x,
            "y": [100 * y for y in probe],
            "error_y": {
                "type": "data",
                "array": [100 * (h - y) for h, y in zip(high, probe, strict=True)],
                "arrayminus": [100 * (y - g) for g, y in zip(low, probe, strict=True)],
                "thickness": 1,
                "width": 3,
            },
            "line": {"width": 3, "color": colours[0]},
            "marker": {"size": 9},
        }
    ]
    for key, ys, dash, symbol, colour in lines:
        traces.append(
            {
                "type": "scatter",
                "name": T(key),
                "mode": "lines+markers" if symbol else "lines",
                "x": x,
                "y": [100 * y for y in ys],
                "line": {"dash": dash, "width": 2, "color": colour},
                "marker": {"symbol": symbol or "circle", "size": 8},
            }
        )
    for trace in traces:
        trace["hovertemplate"] = "%{y:.1f}%"
    layout = figures.layout(
        420,
        _blocks(names),
        {"range": [0, 102], "ticksuffix": "%"},
        hovermode="x unified",
        legend={"orientation": "h", "yanchor": "top", "y": -0.22, "x": 0, "font": figures.FONT},
    )
    return {"data": traces, "layout": layout}


def distance_figure(names: Sequence[str], pads: Sequence[float]) -> dict[str, Any]:
    """0: nobody could tell the pictures apart; 2: always."""
    bars = {
        "type": "bar",
        "x": list(range(1, len(names) + 1)),
        "y": list(pads),
        "marker": {"color": figures.COLOURS[3]},
        "hovertemplate": "%{y:.2f}<extra></extra>",
    }
    axis = {"range": [0, 2.08], "dtick": 0.5}
    return {"data": [bars], "layout": figures.layout(320, _blocks(names), axis)}


def _blocks(names: Sequence[str]) -> dict[str, Any]:
    every = 1 if len(names) <= 10 else 2
    ticks = list(range(1, len(names) + 1, every))
    return {"title": figures.title(T("similarity.block")), "tickvals": ticks}


def columns() -> dict[str, Any]:
    """How scores are written in a table: shares as percent, the others as numbers."""
    percent = st.column_config.NumberColumn(format="%.1f%%")
    number = st.column_config.NumberColumn(format="%.2f")
    shares, others = ("probe", "knn", "random"), ("pad", "logme")
    formats = dict.fromkeys(shares, percent) | dict.fromkeys(others, number)
    return {T(f"score.{score}.name"): column for score, column in formats.items()}


def _numbers(result: Result) -> None:
    """Every score of every block, and what it means."""
    random = result["random"]["blocks"]
    rows = [
        {
            T("similarity.block"): number,
            T("similarity.name"): block["name"],
            T("score.probe.name"): 100 * block["probe"],
            T("score.knn.name"): 100 * block["knn"],
            T("score.random.name"): 100 * plain["probe"],
            T("score.pad.name"): block["pad"],
            T("score.logme.name"): block["logme"],
        }
        for number, (block, plain) in enumerate(zip(result["blocks"], random, strict=True), 1)
    ]
    with st.expander(T("similarity.numbers")):
        st.dataframe(
            pd.DataFrame(rows),
            hide_index=True,
            height="content",
            key="my_dataset.scores",
            column_config=columns(),
        )
        values = {
            "pixels": f"{result['pixels']['probe']:.1%}",
            "chance": f"{result['blocks'][0]['knn_chance']:.1%}",
            "n": f"{result['n']:,}",
        }
        st.caption(T("similarity.conditions", **values))
        for score in EXPLAINED:
            limit = T(f"score.{score}.limit")
            st.markdown(f"**{T(f'score.{score}.name')}** – {T(f'score.{score}.about')} {limit}")
        st.caption(T("nearness.sources"))
