"""The catalogue of backbones as a picture, accuracy against cost, and as a table to sort."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import cycle
from typing import Any, Literal

import pandas as pd
import streamlit as st

from pages.ui.charts import figures, label_places
from pages.ui.frame.speech import T
from pages.ui.runs import fetching, runs
from tlcore import catalog
from tlcore.catalog import BackboneRow
from tlcore.experiments.kinds import regression

Axis = Literal["macs", "parameters"]
AXES: tuple[Axis, ...] = ("macs", "parameters")
TICKS = {  # of a logarithmic axis: the values a reader would look for
    "macs": (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50),  # 10**9
    "parameters": (1, 2, 5, 10, 20, 50, 100, 200),  # 10**6
}
SOURCE = "imagenet"  # accuracies on other pictures cannot be compared with these


def choose() -> BackboneRow:
    """The one that is looked at closely."""
    known = list(catalog.backbones())
    if st.session_state.get("backbones.chosen") not in known:
        st.session_state["backbones.chosen"] = known[0]
    st.session_state["backbones.row"] = st.session_state["backbones.chosen"]
    st.selectbox(
        T("field.backbone"),
        known,
        key="backbones.row",
        format_func=lambda name: T(f"backbone.{name}"),
        on_change=_keep,
    )
    return catalog.backbone(st.session_state["backbones.chosen"])


def _keep() -> None:
    st.session_state["backbones.chosen"] = st.session_state["backbones.row"]


def cost(row: BackboneRow, axis: Axis) -> float:
    """10**9 multiply-adds for one picture, or 10**6 parameters, its classifier included."""
    return row.macs / 1e9 if axis == "macs" else parameters(row) / 1e6


def parameters(row: BackboneRow) -> int:
    return row.whole or row.parameters


def short(name: str) -> str:
    """Without what it was trained on, or that it is built in: "ResNet-18"."""
    return T(f"backbone.{name}").split(",")[0].split("(")[0].strip()


def tag(name: str) -> str:
    """Beside a point three siblings have no room for the name of their family: "Lite0"."""
    return short(name).replace("EfficientNet-Lite", "Lite")


def compared() -> list[BackboneRow]:
    """Those whose accuracy means the same."""
    return [r for r in catalog.backbones().values() if r.top1 and r.pretrained_on == SOURCE]


def picture() -> None:
    """Accuracy against cost; a family is a symbol and a name beside its point, not a colour; the
    symbol is hollow where another recipe than torchvision's newer one made the weights."""
    rows = compared()
    st.segmented_control(
        T("backbones.axis"),
        AXES,
        key="backbones.axis",
        default="macs",
        format_func=lambda axis: T(f"backbones.{axis}"),
        required=True,
    )
    axis: Axis = st.session_state["backbones.axis"]
    best = max(rows, key=lambda row: row.top1 or 0)
    least = min(rows, key=lambda row: cost(row, axis))
    st.plotly_chart(
        figure(rows, axis),
        key=f"backbones.picture.{axis}",
        config=figures.CONFIG,
        alt=T(
            "backbones.alt",
            axis=T(f"backbones.{axis}"),
            n=len(rows),
            best=short(best.id),
            top1=f"{best.top1:.1f}",
            least=short(least.id),
            least_top1=f"{least.top1:.1f}",
        ),
    )
    st.caption(T("backbones.reading"))
    newer = catalog.backbone("resnet50").top1 or 0.0
    st.markdown(T("backbones.recipe.warning", newer=f"{newer:.1f}"))


def figure(rows: Sequence[BackboneRow], axis: Axis) -> dict[str, Any]:
    """A Plotly figure, not to be zoomed: on a phone a finger scrolls the page."""
    families = list(dict.fromkeys(row.family for row in rows))
    sides = label_places.places(
        {row.id: (math.log10(cost(row, axis)), row.top1 or 0.0) for row in rows},
        {row.id: tag(row.id) for row in rows},
    )
    traces = []
    looks = zip(cycle(figures.SYMBOLS), cycle(figures.COLOURS), families, strict=False)
    for symbol, colour, family in looks:
        mine = [row for row in rows if row.family == family]
        traces.append(
            {
                "type": "scatter",
                "name": family,
                "mode": "markers+text",
                "x": [cost(row, axis) for row in mine],
                "y": [row.top1 for row in mine],
                "text": [tag(row.id) for row in mine],
                "textposition": [sides[row.id] for row in mine],
                "textfont": figures.FONT,
                "customdata": [T(f"recipe.{row.recipe}") for row in mine],
                "marker": {
                    "symbol": [
                        symbol if row.recipe == regression.RECIPE else f"{symbol}-open"
                        for row in mine
                    ],
                    "color": colour,
                    "size": 13,
                },
                "cliponaxis": False,
                "hovertemplate": "%{text}: %{x:.3g} · %{y:.1f}% · %{customdata}<extra></extra>",
            }
        )
    low = min(cost(row, axis) for row in rows) / 1.7
    high = max(cost(row, axis) for row in rows) * 1.9
    ticks = [tick for tick in TICKS[axis] if low <= tick <= high]
    return {
        "data": traces,
        "layout": figures.layout(
            460,
            {
                "type": "log",
                "range": [math.log10(low), math.log10(high)],
                "title": figures.title(T(f"backbones.{axis}.unit")),
                "tickvals": ticks,
                "ticktext": [f"{tick:g}" for tick in ticks],
            },
            {"title": figures.title(T("backbones.top1")), "ticksuffix": "%"},
            showlegend=False,
        ),
    }


def table() -> None:
    """Every row of the catalogue; numbers are numbers, so a click on a head sorts them."""
    rows = list(catalog.backbones().values())
    columns: dict[str, Any] = {
        T("field.backbone"): [T(f"backbone.{row.id}") for row in rows],
        T("backbones.parameters.unit"): [cost(row, "parameters") for row in rows],
        T("backbones.macs.column"): [cost(row, "macs") for row in rows],
        T("backbones.top1"): [row.top1 if row.pretrained_on == SOURCE else None for row in rows],
        T("backbones.recipe"): [T(f"recipe.{row.recipe}") if row.recipe else None for row in rows],
        T("backbones.year"): [row.year for row in rows],
        T("backbones.size"): [row.size for row in rows],
        T("backbones.megabytes"): [row.megabytes for row in rows],
        T("backbones.where"): [T(f"backbones.where.{fetching.where(row.id)}") for row in rows],
        T("backbones.speed"): [speed(row.id) for row in rows],
        T("backbones.licence"): [row.licence for row in rows],
        T("backbones.origin"): [row.origin if row.url else None for row in rows],
    }
    number = st.column_config.NumberColumn
    st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        height="content",
        placeholder="–",
        key="backbones.table",
        column_config={
            T("field.backbone"): st.column_config.TextColumn(pinned=True),
            T("backbones.parameters.unit"): number(format="%.2f"),
            T("backbones.macs.column"): number(format="%.2f"),
            T("backbones.top1"): number(format="%.1f%%"),
            T("backbones.year"): number(format="%d"),
            T("backbones.size"): number(format="%d px"),
            T("backbones.megabytes"): number(format="%.1f"),
            T("backbones.speed"): number(format="%.0f", help=T("backbones.speed.help")),
            T("backbones.origin"): st.column_config.LinkColumn(
                display_text=":material/open_in_new:"
            ),
        },
    )


def speed(name: str) -> float | None:
    """Pictures a second through all blocks, the quickest way measured here; None: not measured."""
    found = runs.store().profile(name)
    if not found or not found.get("rows"):
        return None
    return float(1000 / min(row["forward_ms"] for row in found["rows"]))
