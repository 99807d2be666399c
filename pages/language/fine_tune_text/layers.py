"""A solved head on each layer: accuracy by layer, with few labels and with many, of two sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts import figures
from pages.ui.forms import clicks
from pages.ui.frame.speech import T, show_once
from pages.ui.lesson import predict
from pages.ui.runs import told
from pages.ui.runs.naming import data_name
from tlcore.experiments.text.presets import LAYERS
from tlcore.ground import difference
from tlcore.ground.difference import POINTS, Difference
from tlcore.ground.errors import UserError

PAGE = "fine_tune_text"
Result = Mapping[str, Any]


def show() -> None:
    """A guess first; both sets are read by one click, and each is at once there the next time."""
    try:
        _show()
    except UserError as error:
        show_once(error)


def _show() -> None:
    guessed = predict.ask("text_layers")
    found = {data: told.find(spec) for data, spec in LAYERS.items()}
    done = {d: run.result for d, run in found.items() if run and told.answered(run) and run.result}
    told.trouble()
    for data, run in found.items():
        if run is not None and data not in done:
            told.state(
                run, told.parts("tune.layers.at"), f"{PAGE}.layers.{data}", f"{data_name(data)}:"
            )
    if len(done) < len(LAYERS) and not any(run and run.active for run in found.values()):
        clicks.go(T("tune.layers.start"), f"{PAGE}.layers", told.begin, tuple(LAYERS.values()))
    if not done:
        return
    if not guessed:
        st.info(T("tune.layers.guess_first"), icon=":material/psychology_alt:")
        return
    for data, result in done.items():
        _set(data, result)
    if len(done) == len(LAYERS):
        predict.told("text_layers", answer(done))
        st.markdown(T("tune.layers.both"))


def answer(done: Mapping[str, Result]) -> int | None:
    """0: reviews read better off the last layer with all labels; 1: topics; 2: neither is surely
    ahead of the other.  The texts of one are not those of the other: two independent shares."""
    last = {data: result["curves"][-1]["layers"][-1]["accuracy"] for data, result in done.items()}
    asked = [done[data]["asked"] for data in ("reviews", "topics")]
    gap = difference.of_shares(last["reviews"], last["topics"], *asked)
    return {"ahead": 0, "behind": 1}.get(gap.word, 2)


def _set(data: str, result: Result) -> None:
    st.subheader(data_name(data), anchor=False)
    names = layer_names(result)
    told_of = _told(result, names)
    st.plotly_chart(
        figure(result, names),
        key=f"{PAGE}.layers.{data}.figure",
        config=figures.CONFIG,
        alt=f"{data_name(data)}. {told_of}",
    )
    st.markdown(told_of)
    st.caption(T("tune.layers.hedge", n=result["asked"], val=result["validated"]))
    with st.expander(T("table.show")):
        columns: dict[str, list[Any]] = {T("tune.layers.layer"): names}
        for curve in result["curves"]:
            name = T("tune.layers.n", n=f"{curve['labels']:,}")
            columns[name] = [100 * point["accuracy"] for point in curve["layers"]]
            if curve["layers"][0]["half"] is not None:
                columns[f"± ({name})"] = [100 * point["half"] for point in curve["layers"]]
        percent = st.column_config.NumberColumn(format="%.1f%%")
        shown = pd.DataFrame(columns)
        st.dataframe(
            shown, hide_index=True, column_config=dict.fromkeys(list(columns)[1:], percent)
        )


def layer_names(result: Result) -> list[str]:
    """The embeddings, then the layers by number."""
    return [
        T("tune.layer.0") if n == 0 else T("tune.layer.n", n=n)
        for n in range(len(result["layers"]))
    ]


def figure(result: Result, names: list[str]) -> dict[str, Any]:
    """A line for each number of labels, with its interval where several draws were made."""
    traces = []
    for place, curve in enumerate(result["curves"]):
        points = curve["layers"]
        halves = [point["half"] for point in points]
        colour = figures.COLOURS[place % len(figures.COLOURS)]
        symbol = figures.SYMBOLS[place % len(figures.SYMBOLS)]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": T("tune.layers.n", n=f"{curve['labels']:,}"),
                "x": names,
                "y": [point["accuracy"] for point in points],
                "marker": {"symbol": symbol, "size": 9, "color": colour},
                "line": {"color": colour},
                "error_y": {"type": "data", "array": halves, "visible": halves[0] is not None},
            }
        )
    chance = result["chance"]
    traces.append(
        {
            "type": "scatter",
            "mode": "lines",
            "name": T("tune.layers.chance"),
            "x": names,
            "y": [chance] * len(names),
            "line": {"color": figures.GREY, "dash": "dot"},
        }
    )
    layout = figures.layout(
        340,
        {"title": figures.title(T("tune.layers.layer"))},
        {"title": figures.title(T("result.accuracy")), "tickformat": ".0%", "range": [0, 1.02]},
        legend={"orientation": "h", "y": -0.3},
    )
    return {"data": traces, "layout": layout}


def _told(result: Result, names: list[str]) -> str:
    """Which layer validation would choose, and whether it is better than the last one."""
    points = result["curves"][-1]["layers"]
    chosen = max(range(len(points)), key=lambda n: points[n]["val"])
    last, first = points[-1], points[0]
    values = {
        "labels": f"{result['curves'][-1]['labels']:,}",
        "chosen": names[chosen],
        "accuracy": f"{points[chosen]['accuracy']:.0%}",
        "last": f"{last['accuracy']:.0%}",
        "first": f"{first['accuracy']:.0%}",
        "chance": f"{result['chance']:.0%}",
    }
    if chosen == len(points) - 1:
        return T("tune.layers.told.last", **values)
    gap = over_last(result, chosen)
    values |= {"gap": f"{100 * abs(gap.mean):.1f}", "half": f"{100 * gap.half:.1f}"}
    return T(f"tune.layers.told.{gap.word}", **values, margin=POINTS)


def over_last(result: Result, layer: int) -> Difference:
    """What a layer has more than the last one, with all labels: over the same test texts.  Older
    runs kept the shares alone; as if they were of other texts, the interval is wider."""
    points = result["curves"][-1]["layers"]
    if found := points[layer].get("over_last"):
        return Difference(*found)
    shares = (points[place]["accuracy"] for place in (layer, -1))
    return difference.of_shares(*shares, result["asked"])
