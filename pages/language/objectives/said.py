"""What every model put into the gap: readings, one model's candidates as bars, all in a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T, plain
from tlcore.experiments.objectives import reading as objective_reading
from tlcore.experiments.objectives.spec import ObjectivesSpec

PAGE = "objectives"
Result = Mapping[str, Any]


def show(result: Result) -> None:
    if result["unknown"]:
        st.markdown(T("objectives.unknown", n=result["unknown"]))
    for sentence in readings(result):
        st.markdown(f"- {sentence}")
    models = {model["objective"]: model["views"] for model in result["models"]}
    with st.container(border=True):
        chosen = st.segmented_control(
            T("objectives.which"),
            list(models),
            default=next(iter(models)),
            key=f"{PAGE}.which",
            format_func=lambda name: T(f"objectives.model.{name}"),
            required=True,
        )
        st.markdown(T(f"objectives.asks.{chosen}"))
        views = models[chosen]
        for number, view in enumerate(views):
            _view(str(chosen), view, len(result["gaps"]), number)
        with st.expander(T("table.show")):
            st.dataframe(
                pd.DataFrame(lines(views, len(result["gaps"]))),
                hide_index=True,
                key=f"{PAGE}.candidates",
            )
    st.markdown(f"**{T('objectives.all')}**")
    for gap in range(len(result["gaps"])):
        if len(result["gaps"]) > 1:
            st.markdown(T("objectives.gap", n=gap + 1))
        st.dataframe(
            pd.DataFrame(side_by_side(result, gap)), hide_index=True, key=f"{PAGE}.all.{gap}"
        )
    st.caption(T("objectives.hedge"))


def _view(model: str, view: Mapping[str, Any], gaps: int, number: int) -> None:
    name, first = called(view, gaps), view["candidates"][0]
    # A word is a reader's, or a model's that learned from any text: never Markdown.
    st.markdown(f"**{plain(name)}**" + (f": {plain(view['says'])}" if view.get("says") else ""))
    st.plotly_chart(
        bars(view),
        key=f"{PAGE}.bars.{number}",
        config=figures.CONFIG,
        alt=T(
            "objectives.bars.alt",
            model=T(f"objectives.model.{model}"),
            view=name,
            first=first["piece"],
            value=share(view, first["value"]),
        ),
    )


def called(view: Mapping[str, Any], gaps: int) -> str:
    """What was read to say this; of two gaps, which."""
    name = T(f"objectives.view.{view['id']}", filled=view.get("filled"), of=view.get("of"))
    if gaps > 1 and view["gap"] is not None:
        return f"{T('objectives.gap', n=view['gap'] + 1)}. {name}"
    return name


def share(view: Mapping[str, Any], value: float) -> str:
    return f"{value:.2f}" if view["id"] == "near" else percent(value)


def percent(value: float) -> str:
    """A small one keeps two digits: what never stood in a text has less than a thousandth."""
    return f"{100 * value:.1f}%" if value >= 0.001 else f"{100 * value:.2g}%"


def bars(view: Mapping[str, Any]) -> dict[str, Any]:
    """The likeliest on top; each bar bears its word and its number."""
    told = view["candidates"][::-1]
    values = [one["value"] for one in told]
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": values,
        "y": list(range(len(told))),
        "text": [share(view, value) for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": visual.bar("kept"),
        "hoverinfo": "skip",
    }
    words = [figures.text(one["piece"]) for one in told]
    layout = figures.layout(
        300,
        {"visible": False, "range": [0, 1.25 * max(*values, 1e-9)]},
        {"tickvals": list(range(len(told))), "ticktext": words},
        showlegend=False,
    )
    return {"data": [trace], "layout": layout}


def lines(views: list[Mapping[str, Any]], gaps: int) -> list[dict[str, Any]]:
    """A row a candidate."""
    return [
        {
            T("objectives.column.view"): called(view, gaps),
            T("objectives.column.rank"): rank,
            T("objectives.column.piece"): one["piece"],
            T("objectives.column.alike" if view["id"] == "near" else "objectives.column.value"): (
                one["value"]
            ),
            T("objectives.column.often"): one["often"],
        }
        for view in views
        for rank, one in enumerate(view["candidates"], start=1)
    ]


def side_by_side(result: Result, gap: int) -> dict[str, list[Any]]:
    """Ranks down, models across: what each was taught to say."""
    table: dict[str, list[Any]] = {}
    for model in result["models"]:
        view = objective_reading.view(result, model["objective"], gap)
        if view is None or view["gap"] is None:
            continue
        table[T(f"objectives.model.{model['objective']}")] = [
            f"{one['piece']} {share(view, one['value'])}" for one in view["candidates"]
        ]
    if not table:
        return {}
    ranks = list(range(1, 1 + max(map(len, table.values()))))
    return {T("objectives.column.rank"): ranks, **table}


def readings(result: Result) -> list[str]:
    """Of this sentence and these models."""
    found = []
    for gap in range(len(result["gaps"])):
        agreed = objective_reading.agreement(result, gap)
        if agreed is not None:
            word, count, of = agreed
            key = "agree" if count > 1 else "split"
            values = {"n": gap + 1, "count": count, "of": of, "word": plain(word)}
            found.append(T(f"objectives.read.{key}", **values))
    found += _asked(result)
    if _has(result, "masked"):
        told = objective_reading.filled_first(result, "masked")
        if told is not None:
            filled, word, before, after = told
            values = {"filled": plain(filled), "word": plain(word)}
            values |= {"before": percent(before), "after": percent(after)}
            name = T("objectives.model.masked")
            found.append(T("objectives.read.apart", model=name, **values))
    return found


def _asked(result: Result) -> list[str]:
    """Why not this word."""
    best = objective_reading.best_rank(result)
    if best is None:
        return []
    name, rank, value = best
    often, word = result["word_often"], plain(result["word"])
    values = {"word": word, "total": f"{result['corpus_words']:,}", "rank": f"{rank:,}"}
    values |= {"model": T(f"objectives.model.{name}"), "value": percent(value)}
    values["pieces"] = f"{result['models'][0]['views'][0]['pieces']:,}"
    key = "often" if often else "never"
    found = [T(f"objectives.read.{key}", **values, often=f"{often:,}")]
    parts = result["word_pieces"]
    if len(parts) > 1:
        listed = plain(", ".join(parts))
        found.append(T("objectives.read.parts", word=word, n=len(parts), parts=listed))
    return found


def answer(result: Result) -> int | None:
    """Which option of the question came true: of its own sentence, word and model only."""
    first = ObjectivesSpec()
    view = objective_reading.view(result, "masked", 0) if _has(result, "masked") else None
    if (result["sentence"], result["word"]) != (first.sentence, first.word) or view is None:
        return None
    rank = view["asked"]["rank"]
    return 0 if rank == 1 else 1 if rank <= len(view["candidates"]) else 2


def _has(result: Result, objective: str) -> bool:
    return any(model["objective"] == objective for model in result["models"])
