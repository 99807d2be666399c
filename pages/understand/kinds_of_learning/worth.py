"""What a handful of labels is worth: the head that learned from them, beside the true labels'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts import figures
from pages.ui.charts.sheet import Group, sheet
from pages.ui.frame import visual
from pages.ui.frame.speech import T

PAGE = "kinds_of_learning"
LOOKS = {"true": "source", "hand": "learning"}


def show(
    result: Mapping[str, Any],
    labels: Sequence[int],
    names: Sequence[str],
    pictures: tuple[str, Mapping[str, Any]],
) -> None:
    """`pictures`: the run that has them, and its sheet."""
    values = {
        "right": result["right"],
        "n": result["n"],
        "mine": f"{result['mine']['accuracy']:.0%}",
        "low": f"{result['mine']['interval'][0]:.0%}",
        "high": f"{result['mine']['interval'][1]:.0%}",
        "best": f"{result['best']['accuracy']:.0%}",
        "chance": f"{result['chance']:.0%}",
        "asked": f"{result['asked']:,}",
    }
    st.markdown(T("kinds.hand.worth", **values))
    _wrong(result["true"], labels, names, pictures)
    curves = result["curves"]
    first, last = curves["true"][0], curves["true"][-1]
    told = {"few": first["labels"], "many": last["labels"], "draws": result["draws"]}
    told |= {"low": f"{first['accuracy']:.0%}", "high": f"{last['accuracy']:.0%}"}
    st.markdown(T("kinds.hand.more", **told))
    st.plotly_chart(
        figure(curves),
        key=f"{PAGE}.worth.curve",
        config=figures.CONFIG,
        alt=T("kinds.hand.alt", **told, hand=f"{curves['hand'][-1]['accuracy']:.0%}"),
    )
    low, high = (f"{1 - share:.0%}" for share in reversed(result["interval"]))
    wrong = f"{1 - result['right'] / result['n']:.0%}"
    st.caption(T("kinds.hand.hedge", wrong=wrong, low=low, high=high, n=result["n"]))
    with st.expander(T("table.show")):
        percent = st.column_config.NumberColumn(format="%.1f%%")
        columns = {T(f"kinds.hand.curve.{name}"): percent for name in LOOKS}
        table = {T("kinds.labels"): [point["labels"] for point in curves["true"]]}
        for name in LOOKS:
            shares = [100 * point["accuracy"] for point in curves[name]]
            table[T(f"kinds.hand.curve.{name}")] = shares
        st.dataframe(
            pd.DataFrame(table),
            hide_index=True,
            key=f"{PAGE}.worth.table",
            column_config=columns,
        )


def figure(curves: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """Accuracy against the number of labels, on a logarithmic axis."""
    return label_figure(
        {T(f"kinds.hand.curve.{n}"): (curves[n], look) for n, look in LOOKS.items()}
    )


def label_figure(
    curves: Mapping[str, tuple[Sequence[Mapping[str, Any]], str]],
) -> dict[str, Any]:
    """Lines by name: points {"labels", "accuracy", "half"}, and a meaning of `visual`.  A line
    whose points have no interval is single trainings: marks without a line."""
    traces, ticks = [], set[int]()
    for name, (points, look) in curves.items():
        alone = any(point["half"] is None for point in points)
        ticks |= {point["labels"] for point in points}
        trace: dict[str, Any] = {
            "type": "scatter",
            "name": name,
            "mode": "markers" if alone else "lines+markers",
            "x": [point["labels"] for point in points],
            "y": [100 * point["accuracy"] for point in points],
            "line": visual.line(look),
            "marker": visual.marker(look, 10),
            "hovertemplate": "%{y:.1f}%",
        }
        if not alone:
            half = [100 * point["half"] for point in points]
            trace["error_y"] = {"type": "data", "array": half, "thickness": 1.2, "width": 4}
        traces.append(trace)
    axis = {"type": "log", "tickvals": sorted(ticks), "ticktext": [f"{n:,}" for n in sorted(ticks)]}
    layout = figures.layout(
        370,
        {**axis, "title": figures.title(T("kinds.labels"))},
        {"title": figures.title(T("result.accuracy")), "ticksuffix": "%"},
        hovermode="x unified",
        legend={"orientation": "h", "yanchor": "top", "y": -0.24, "x": 0, "font": figures.FONT},
    )
    return {"data": traces, "layout": layout}


def _wrong(
    true: Sequence[int],
    labels: Sequence[int],
    names: Sequence[str],
    pictures: tuple[str, Mapping[str, Any]],
) -> None:
    """The pictures that were named otherwise than their label says, both names below."""
    apart = [i for i, (said, is_) in enumerate(zip(labels, true, strict=True)) if said != is_]
    if not apart:
        st.markdown(T("kinds.hand.all_right"))
        return
    st.markdown(T("kinds.hand.wrong", n=len(apart)))
    groups: list[Group] = [
        {
            "title": T("kinds.hand.said", name=names[labels[i]]),
            "note": T("kinds.hand.is", name=names[true[i]]),
            "tiles": [{"sheet": "hand", "index": i, "name": names[true[i]]}],
        }
        for i in apart
    ]
    sheet(pictures[0], {"hand": pictures[1]}, groups, layout="pairs", key=f"{PAGE}.wrong")
