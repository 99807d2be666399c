"""Where a measured data set lies in the matrix, and the way to the lab with the advised plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.decide.my_dataset.chooser import Choice
from pages.ui.blocks.picture import blocks
from pages.ui.charts import figures
from pages.ui.forms import to_lab
from pages.ui.frame.speech import T, words
from tlcore.experiments.matrix import advisor
from tlcore.experiments.matrix.advisor import Advice, CellId
from tlcore.experiments.similarity import reading as nearness
from tlcore.experiments.similarity.reading import Place

CHOSEN, POINT = figures.COLOURS[:2]
# Corners of the cells: x 0 similar .. 1 different, y 0 small .. 1 large
CELLS: dict[CellId, tuple[float, float]] = {
    "similar_large": (0.0, 0.5),
    "different_large": (0.5, 0.5),
    "similar_small": (0.0, 0.0),
    "different_small": (0.5, 0.0),
}


def show(choice: Choice, result: Mapping[str, Any]) -> None:
    """The point, what the cell advises, and a button that carries everything to the lab."""
    st.header(T("my_dataset.place"), anchor=False)
    advised = advice(choice, result)
    if not placed(result):
        st.markdown(T("place.too_few"))
        _offer_lab(choice, advised)
        return
    found = nearness.read(result)
    place, cell = _place(choice, found.similarity), advised.cell
    left, right = st.columns([1, 1.2], vertical_alignment="center")
    with left:
        st.plotly_chart(
            figure(place, cell),
            key="my_dataset.matrix",
            config={**figures.CONFIG, "staticPlot": True},
            alt=T("place.alt", cell=T(f"cell.{cell}")),
        )
        _numbers(found.similarity, place)
    with right:
        _answer(choice, found.similarity, place, advised)
    blocks(
        choice.backbone,
        advised.plan,
        classes=len(choice.data.classes),
        stamp=0,
        disabled=True,
        words=words("blocks"),
        key="my_dataset.plan",
    )


def advice(choice: Choice, result: Mapping[str, Any] | None) -> Advice:
    """The one that the page gives: of the cell where the data lie, or of the plan that can spoil
    least where nothing was measured, or too little to say."""
    cell: CellId = "similar_small"
    if placed(result):
        place = _place(choice, nearness.read(result or {}).similarity)
        cell, _ = advisor.cell_at(place.x, place.y)
    return advisor.advise(cell, choice.size, choice.backbone.id)


def placed(result: Mapping[str, Any] | None) -> bool:
    """Whether a similarity says where the data lie."""
    return result is not None and nearness.read(result).word != "too_few"


def _place(choice: Choice, similarity: float) -> Place:
    return nearness.place(similarity, choice.size, len(choice.data.classes))


def _numbers(similarity: float, place: Place) -> None:
    """What the point's two places were reckoned from."""
    with st.expander(T("table.show")):
        rows = [
            {T("place.what"): T("place.similarity"), T("place.value"): similarity},
            {T("place.what"): T("place.each"), T("place.value"): place.per_class},
        ]
        st.dataframe(pd.DataFrame(rows), hide_index=True, key="my_dataset.place")


def figure(place: Place, chosen: CellId) -> dict[str, Any]:
    """The four cells of the matrix page and one point, named."""
    shapes, notes = [], []
    for cell, (x, y) in CELLS.items():
        here = cell == chosen
        shapes.append(
            {
                "type": "rect",
                **{"x0": x + 0.01, "x1": x + 0.49, "y0": y + 0.01, "y1": y + 0.49},
                "line": {"width": 3 if here else 1, "color": CHOSEN if here else figures.GREY},
                "fillcolor": f"{CHOSEN}24" if here else "rgba(0,0,0,0)",  # 14% of it
                "layer": "below",
            }
        )
        name = f"<b>{T(f'cell.{cell}')}</b>" if here else T(f"cell.{cell}")
        corner = {"x": x + 0.03, "y": y + 0.47, "xanchor": "left", "yanchor": "top"}
        notes.append({**corner, "text": name, "showarrow": False, "font": {"size": 14}})
    side = "middle left" if place.x > 0.6 else "middle right"
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "markers+text",
                "x": [place.x],
                "y": [place.y],
                "text": [f"<b>{T('matrix.own.name')}</b>"],
                "textposition": [side],
                "textfont": {"size": 15, "color": POINT},
                "marker": {"symbol": "diamond", "size": 16, "color": POINT},
                "cliponaxis": False,
            }
        ],
        "layout": figures.layout(
            330,
            _axis("similar", "different"),
            _axis("small", "large"),
            showlegend=False,
            shapes=shapes,
            annotations=notes,
        ),
    }


def _axis(low: str, high: str) -> dict[str, Any]:
    words = [T(f"matrix.axis.{end}") for end in (low, high)]
    return {"range": [0, 1], "tickvals": [0.1, 0.9], "ticktext": words, "showgrid": False}


def _answer(choice: Choice, similarity: float, place: Place, advice: Advice) -> None:
    told_of = {"similarity": f"{similarity:.2f}", "each": f"{place.per_class:,.0f}"}
    st.markdown(T("place.told", cell=T(f"cell.{advice.cell}"), **told_of))
    st.markdown(T(f"advice.{advice.cell}.reason"))
    _offer_lab(choice, advice)
    st.caption(T("place.doubt"))


def _offer_lab(choice: Choice, advice: Advice) -> None:
    if st.button(T("place.lab"), key="my_dataset.lab", type="primary", icon=T("icon.fine_tune")):
        to_lab.carry(
            advice,
            advice.plan,
            backbone=choice.backbone.id,
            data=choice.data.id,
            train_size=choice.size,
            difficulty=choice.knobs.difficulty,
            shift=choice.knobs.shift,
        )
