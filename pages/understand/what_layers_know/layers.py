"""What a fine-tune changed: the map of what the head reads, and features and weights by block."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T, words
from pages.ui.runs import told
from pages.understand.what_layers_know.embedding import embedding
from pages.understand.what_layers_know.look import class_names
from tlcore.experiments.layers import reading as changes
from tlcore.experiments.layers.spec import LayersSpec
from tlcore.runs.store.store import Run

PAGE = "what_layers_know"
PERCENT = ("far", "near", "before", "after", "chance")
STATES = {"frozen": "frozen", "kept": "kept", "new": "new", "dropped": "reference"}
Result = dict[str, Any]


def measured(run: Run) -> tuple[Run, Result] | None:
    """The comparison of this run with what it began from, asked for if it is not there."""
    asked = told.measured(LayersSpec(run=run.id), progress, f"{PAGE}.layers")
    return None if asked is None else (asked, asked.result or {})


def progress(row: dict[str, Any]) -> tuple[float | None, str]:
    values = {"done": f"{row['done']:,}", "of": f"{row['of']:,}"}
    parts = {"before": 0.0, "after": 0.3, "random": 0.6, "compare": 0.9}
    width = 0.1 if row["part"] == "compare" else 0.3
    share = parts[row["part"]] + width * row["done"] / row["of"]
    return share, T(f"changed.at.{row['part']}", **values)


def a_map(asked: Run, result: Result) -> None:
    """Points, neighbours, and what became of the neighbourhoods."""
    embedding(
        asked.id,
        result["map"],
        names=class_names(result),
        words=words("embedding", "inside"),
        key=f"{PAGE}.map",
    )
    _say(result, "map")
    found = result["map"]
    first, second = (f"{share:.0%}" for share in found["share"])
    st.caption(T("embedding.axes", first=first, second=second, n=len(found["labels"])))
    with st.expander(T("table.show")):
        st.dataframe(pd.DataFrame(by_class(result)), hide_index=True, key=f"{PAGE}.by_class")


def by_class(result: Result) -> list[dict[str, Any]]:
    """A row a class: its test pictures, and the share of their neighbours that are of it."""
    found, names = result["map"], class_names(result)
    lines = []
    for label, name in enumerate(names):
        own = [i for i, of in enumerate(found["labels"]) if of == label]
        line: dict[str, Any] = {T("survey.class"): name, T("survey.pictures"): len(own)}
        for when in ("before", "after"):
            near = [found["labels"][j] == label for i in own for j in found["near"][when][i]]
            share = f"{sum(near) / len(near):.0%}" if near else "–"
            line[T(f"embedding.column.{when}")] = share
        lines.append(line)
    return lines


def answer(run: Run, result: Result) -> int | None:
    """Which option of the question came true; None where the run does not decide it: not all
    blocks learned, not at one rate, or no part is clearly ahead."""
    place = changes.moved_most(result) if run.spec["layer_decay"] == 1 else None
    return None if place is None else changes.PLACES.index(place)


def by_block(result: Result) -> None:
    """Features and weights, block by block: words, two figures, a table."""
    _say(result, "frozen", "new", "weights", "features")
    left, right = st.columns(2)
    blocks = result["blocks"]
    with left:
        st.markdown(f"**{T('changed.cka')}**")
        values = [block["cka"] for block in blocks if block["cka"] is not None]
        st.plotly_chart(
            likeness_figure(blocks),
            key=f"{PAGE}.cka",
            config=figures.CONFIG,
            alt=T("changed.cka.alt", low=f"{min(values):.2f}", high=f"{max(values):.2f}"),
        )
    with right:
        st.markdown(f"**{T('changed.distance')}**")
        moved = [block["distance"] or 0.0 for block in blocks]
        st.plotly_chart(
            distance_figure(blocks),
            key=f"{PAGE}.distance",
            config=figures.CONFIG,
            alt=T("changed.distance.alt", low=f"{min(moved):.1%}", high=f"{max(moved):.1%}"),
        )
    st.caption(T("changed.conditions", n=result["pictures"]))
    with st.expander(T("table.show")):
        st.dataframe(pd.DataFrame(_lines(blocks)), hide_index=True, key=f"{PAGE}.by_block")


def likeness_figure(blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """CKA with before: after the fine-tune, and of a network that never learned."""
    x = list(range(1, len(blocks) + 1))
    series = (("changed.cka.after", "cka", "learning"), ("changed.cka.random", "random", "new"))
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": T(key),
            "x": x,
            "y": [block[field] for block in blocks],
            "line": visual.line(meaning),
            "marker": visual.marker(meaning),
            "hovertemplate": "%{y:.2f}",
        }
        for key, field, meaning in series
    ]
    layout = figures.layout(
        340,
        _axis(blocks),
        {"range": [min(0, *_low(blocks)) - 0.03, 1.04], "dtick": 0.2},
        hovermode="x unified",
        legend={"orientation": "h", "yanchor": "top", "y": -0.22, "x": 0, "font": figures.FONT},
    )
    return {"data": traces, "layout": layout}


def _low(blocks: list[dict[str, Any]]) -> list[float]:
    return [v for block in blocks for v in (block["cka"], block["random"]) if v is not None] or [0]


def distance_figure(blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """A bar a block that kept its weights, in the look of its state; new ones have none."""
    traces = []
    for state in ("kept", "frozen", "new", "dropped"):
        at = [n for n, block in enumerate(blocks, start=1) if block["state"] == state]
        if not at:
            continue
        far = [100 * (blocks[n - 1]["distance"] or 0.0) for n in at]
        none = [""] * len(at) if state == "kept" else [T(f"inside.state.{state}")] * len(at)
        traces.append(
            {
                "type": "bar",
                "name": T(f"inside.state.{state}"),
                "x": at,
                "y": far,
                "text": none,
                "textposition": "outside",
                "textangle": -90,
                "cliponaxis": False,
                "marker": visual.bar(STATES[state]),
                "hovertemplate": "%{y:.2f}%<extra></extra>",
            }
        )
    high = max(100 * (block["distance"] or 0.0) for block in blocks)
    layout = figures.layout(
        340,
        _axis(blocks),
        {"ticksuffix": "%", "range": [0, max(1.0, 1.15 * high)]},
        showlegend=False,
    )
    return {"data": traces, "layout": layout}


def _axis(blocks: list[dict[str, Any]]) -> dict[str, Any]:
    ticks = list(range(1, len(blocks) + 1, 1 if len(blocks) <= 10 else 2))
    return {"title": figures.title(T("similarity.block")), "tickvals": ticks}


def _say(result: Result, *keys: str) -> None:
    """The readings whose key begins so."""
    lines = []
    for reading in changes.read(result):
        if reading.key.split(".")[0] in keys:
            values = dict(reading.values)
            values |= {k: f"{values[k]:.1%}" for k in PERCENT if k in values}
            values |= {
                k: f"{values[k]:.2f}" for k in ("cka", "random") if values.get(k) is not None
            }
            lines.append(T(f"changed.{reading.key}", **values))
    if lines:
        st.markdown("\n".join(f"- {line}" for line in lines) if len(lines) > 1 else lines[0])


def _lines(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def told_(value: float | None, form: str) -> str:
        return "–" if value is None else format(value, form)

    return [
        {
            T("inside.column.block"): number,
            T("inside.column.name"): block["name"],
            T("changed.column.state"): T(f"inside.state.{block['state']}"),
            T("changed.cka.after"): told_(block["cka"], ".3f"),
            T("changed.cka.random"): told_(block["random"], ".3f"),
            T("changed.distance"): told_(block["distance"], ".2%"),
        }
        for number, block in enumerate(blocks, start=1)
    ]
