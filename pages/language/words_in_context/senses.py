"""Which layer tells a word's senses apart: measured on the written sentences, three ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.language.words_in_context import atlas as words_map
from pages.language.words_in_context.word import progress
from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T
from pages.ui.runs import experiment
from tlcore import catalog
from tlcore.experiments.words import sense_reading
from tlcore.experiments.words.presets import SENSES
from tlcore.experiments.words.sense_reading import ASKED, CHOOSE, KOREAN, OTHERS, STATIC
from tlcore.experiments.words.spec import SensesSpec
from tlcore.ground import difference
from tlcore.ground.difference import POINTS, Difference

PAGE = "words_in_context"
GROUPS = (ASKED, CHOOSE)
TAUGHT = "text-korean"  # the id of the small model that was taught Korean
Result = dict[str, Any]


def show(backbone: str) -> Result | None:
    """Of this encoder: a button, then the figure; the result, for what else the page says of it."""
    asked = SENSES.model_copy(update={"backbone": backbone})
    run = experiment.answer(asked, f"{PAGE}.senses", T("words.senses.start"), progress)
    if run is None:
        return None
    result = run.result or {}
    _drawn(result)
    return result


@st.fragment
def _drawn(result: Result) -> None:
    st.segmented_control(
        T("words.senses.which"),
        GROUPS,
        key=f"{PAGE}.group",
        default=ASKED,
        required=True,
        format_func=lambda group: T(f"words.senses.{group}", n=_count(result, group)),
    )
    group = st.session_state[f"{PAGE}.group"]
    words = sense_reading.of_group(result, group)
    layer = sense_reading.best_layer(result)
    st.markdown(told(result, words, layer))
    st.plotly_chart(
        figure(result, words),
        key=f"{PAGE}.senses.figure",
        config=figures.CONFIG,
        alt=T("words.senses.alt", **_shares(words, layer)),
    )
    named = ", ".join(word["word"] for word in sense_reading.of_group(result, CHOOSE))
    st.caption(T(f"words.senses.conditions.{group}", n=words[0]["n"], words=named))
    with st.expander(T("table.show")):
        table(result, (*GROUPS,), f"{PAGE}.senses.table")


def _count(result: Result, group: str) -> int:
    """Sentences of the one word that is asked; words of the others."""
    words = sense_reading.of_group(result, group)
    return int(words[0]["n"]) if group == ASKED else len(words)


def told(result: Result, words: Sequence[Mapping[str, Any]], layer: str) -> str:
    """The three figures in words, and whether the noise could have made their difference."""
    over = {
        name: sense_reading.difference(words, layer, other)
        for name, other in (("static", STATIC), ("others", OTHERS))
    }
    lines = [T("words.senses.told", **_shares(words, layer), layer=layer)]
    for name, found in over.items():
        points = {"gain": f"{100 * abs(found.mean):.1f}", "half": f"{100 * found.half:.1f}"}
        lines.append(T(f"words.senses.{name}.{found.word}", **points, margin=POINTS))
    return "\n".join(f"- {line}" for line in lines)


def _shares(words: Sequence[Mapping[str, Any]], layer: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, view in (("layer", layer), ("others", OTHERS), ("static", STATIC)):
        middle, low, high = sense_reading.accuracy(words, view)
        found[f"{name}_share"] = f"{100 * middle:.1f}%"
        found[f"{name}_low"], found[f"{name}_high"] = f"{100 * low:.0f}%", f"{100 * high:.0f}%"
    return found


def figure(result: Result, words: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Accuracy by layer with its interval; the two without layers as lines across."""
    layers = sense_reading.layers(result)
    x = list(range(len(layers)))
    found = [sense_reading.accuracy(words, view) for view in layers]
    contextual = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": T("words.rows.layers"),
        "x": x,
        "y": [100 * middle for middle, _, _ in found],
        "error_y": {
            "type": "data",
            "array": [100 * (high - middle) for middle, _, high in found],
            "arrayminus": [100 * (middle - low) for middle, low, _ in found],
            "thickness": 1,
            "width": 3,
        },
        "line": visual.line("kept"),
        "marker": visual.marker("kept"),
        "hovertemplate": "%{y:.1f}%",
    }
    flat = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": T(f"words.rows.{name}"),
            "x": x,
            "y": [100 * sense_reading.accuracy(words, name)[0]] * len(x),
            "line": visual.line(look) | {"dash": dash},
            "hovertemplate": "%{y:.1f}%",
        }
        for name, look, dash in ((OTHERS, "source", "longdashdot"), (STATIC, "frozen", "longdash"))
    ]
    layout = figures.layout(
        400,
        {"title": figures.title(T("words.column.layer")), "tickvals": x},
        {"range": [0, 103], "ticksuffix": "%"},
        hovermode="x unified",
        legend={"orientation": "h", "yanchor": "top", "y": -0.22, "x": 0, "font": figures.FONT},
    )
    return {"data": [contextual, *flat], "layout": layout}


def korean(result: Result) -> None:
    """The same question in Korean, of a model that was never taught any."""
    layer = sense_reading.best_layer(result)
    over, values = _against_guessing(result, layer)
    key = "above" if over.word == "ahead" else "not_above"
    st.markdown(T(f"words.korean.{key}", **values))
    table(result, (KOREAN,), f"{PAGE}.korean.table")


def korean_model() -> None:
    """The same sentences in the project's own small model of Korean, where it is there."""
    if TAUGHT not in catalog.texts():
        return
    label, key = T("words.korean.start"), f"{PAGE}.korean"
    run = experiment.answer(SensesSpec(backbone=TAUGHT), key, label, progress)
    if run is None:
        return
    result = run.result or {}
    layer = sense_reading.layers(result)[-1]  # named beforehand: nothing was chosen on these words
    over, values = _against_guessing(result, layer)
    share, _, _ = sense_reading.over_chance(sense_reading.of_group(result, KOREAN), OTHERS)
    values["others"] = f"{100 * share:.0f}%"
    over_guessing = difference.word(over.low, over.high, margin=0)
    said = [T(f"words.korean.own.{over_guessing}", **values)]
    if (card := sense_reading.on_its_card(TAUGHT)) is not None:
        held, guess = (f"{100 * share:.0f}%" for share in card)
        said.append(T("words.korean.card", held=held, guess=guess))
        if over_guessing != "ahead" and card[0] > card[1]:
            said.append(T("words.korean.card.gap"))
    st.markdown(" ".join(said))
    table(result, (KOREAN,), f"{PAGE}.korean.own.table")


def _against_guessing(result: Result, layer: str) -> tuple[Difference, dict[str, Any]]:
    words = sense_reading.of_group(result, KOREAN)
    share, chance, over = sense_reading.over_chance(words, layer)
    values: dict[str, Any] = {"layer": layer, "n": sum(word["n"] for word in words)}
    values |= {"share": f"{100 * share:.0f}%", "chance": f"{100 * chance:.0f}%"}
    values |= {"gain": f"{100 * over.mean:+.0f}", "half": f"{100 * over.half:.0f}"}
    return over, values


def table(result: Result, groups: Sequence[str], key: str) -> None:
    """A row a word: every way of three and every layer."""
    views = [STATIC, OTHERS, *sense_reading.layers(result)]
    last = len(result["layers"]) - 1
    rows = []
    for group in groups:
        for word in sense_reading.of_group(result, group):
            senses = ", ".join(T(f"sense.{sense}") for sense in word["senses"])
            rows.append(
                {
                    T("words.column.word"): word["word"],
                    T("words.column.senses"): senses,
                    T("words.column.count"): word["n"],
                    T("words.column.unknown"): word["unknown"],
                    **{
                        words_map.called(view, last): 100 * word["views"][view]["accuracy"]
                        for view in views
                    },
                }
            )
    percent = st.column_config.NumberColumn(format="%.0f%%")
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key=key,
        column_config={words_map.called(view, last): percent for view in views},
    )
