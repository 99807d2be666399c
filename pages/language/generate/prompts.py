"""Examples in the prompt: score against their number, then a prompt of the reader's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T, plain, show
from pages.ui.lesson import predict
from pages.ui.runs import experiment, told
from tlcore.experiments.generate import reading as generate_reading
from tlcore.experiments.generate.ready import PROMPT, SCORE
from tlcore.experiments.generate.spec import MOST_EXAMPLES, PROMPTS, PromptAskSpec
from tlcore.ground.difference import POINTS
from tlcore.ground.errors import UserError

PAGE = "generate"
WAYS = ("trained", "shuffled", "plain", "nearest")
Result = Mapping[str, Any]


def show_all() -> None:
    if not predict.ask("generate_plain"):
        return
    if not PROMPTS.exists():
        show(UserError("generate.no_prompts"))
        return
    run = experiment.answer(
        SCORE, f"{PAGE}.prompting", T("generate.prompting.start"), told.parts("generate.prompting")
    )
    if run is not None and run.result is not None:
        _scores(run.result)
        predict.told("generate_plain", answer(run.result), runs_behind=0)
    st.subheader(T("generate.own"), anchor=False)
    _own()


def answer(result: Result) -> int | None:
    """Which option came true for the model that was not trained on prompts."""
    row = generate_reading.at_most(result, "tasks")
    return 0 if generate_reading.over_chance(result, row, "plain") else 1


def _scores(result: Result) -> None:
    for sentence in readings(result):
        st.markdown(f"- {sentence}")
    kind = st.segmented_control(
        T("generate.prompting.of"),
        list(result["scores"]),
        default="tasks",
        key=f"{PAGE}.prompting.of",
        format_func=lambda name: T(f"generate.prompting.{name}"),
        required=True,
    )
    st.plotly_chart(
        figure(result, kind),
        key=f"{PAGE}.prompting.figure",
        config=figures.CONFIG,
        alt=T("generate.prompting.alt", of=T(f"generate.prompting.{kind}")),
    )
    st.caption(T("generate.prompting.how", n=result["prompts"], held=result["groups"]["tasks"]))
    with st.expander(T("table.show")):
        st.dataframe(
            pd.DataFrame(table(result, kind)), hide_index=True, key=f"{PAGE}.prompting.table"
        )


def readings(result: Result) -> list[str]:
    row = generate_reading.at_most(result, "tasks")
    percent = {way: f"{row[way]:.0%}" for way in WAYS}
    values = {"n": row["examples"], **percent}
    learned = generate_reading.learns_from_prompt(result, "tasks")
    found = [T("generate.read.learned" if learned else "generate.read.not_learned", **values)]
    some = generate_reading.over_chance(result, row, "plain")
    found.append(T("generate.read.plain_some" if some else "generate.read.plain", **values))
    beside = generate_reading.trained_over(row, "nearest")
    found.append(T(f"generate.read.nearest.{beside}", **values, margin=POINTS))
    return found


def figure(result: Result, kind: str) -> dict[str, Any]:
    """Lines with intervals over the number of examples; chance as a dotted line."""
    rows = result["scores"][kind]
    counts = [row["examples"] for row in rows]
    traces: list[dict[str, Any]] = []
    for number, way in enumerate(WAYS):
        colour = visual.SERIES[number]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": T(f"generate.way.{way}"),
                "x": [count + 0.06 * (number - 1.5) for count in counts],
                "y": [100 * row[way] for row in rows],
                "error_y": {"type": "data", "array": [100 * row[f"{way}_half"] for row in rows]},
                "line": {"color": colour, "dash": visual.DASHES[number % len(visual.DASHES)]},
                "marker": {"color": colour, "symbol": visual.SYMBOLS[number], "size": 9},
                "hovertemplate": "%{y:.0f}%",
            }
        )
    chance = [100 * result["chance"]] * len(counts)
    traces.append(
        {
            "type": "scatter",
            "mode": "lines",
            "name": T("generate.way.chance"),
            "x": counts,
            "y": chance,
            "line": {"color": figures.GREY, "dash": "dot"},
            "hoverinfo": "skip",
        }
    )
    layout = figures.layout(
        420,
        {"title": figures.title(T("generate.prompting.examples")), "tickvals": counts},
        {
            "title": figures.title(T("generate.prompting.right")),
            "ticksuffix": "%",
            "range": [0, 105],
        },
        legend={"orientation": "h", "yanchor": "top", "y": -0.25, "x": 0, "font": figures.FONT},
    )
    return {"data": traces, "layout": layout}


def table(result: Result, kind: str) -> list[dict[str, Any]]:
    return [
        {
            T("generate.prompting.examples"): row["examples"],
            **{
                T(f"generate.way.{way}"): f"{row[way]:.1%} ± {row[f'{way}_half']:.1%}"
                for way in WAYS
            },
        }
        for row in result["scores"][kind]
    ]


def _own() -> None:
    kept = _kept()
    for name in ("examples", "word"):
        st.session_state[f"{PAGE}.own.{name}"] = kept[name]
    st.text_area(
        T("generate.own.examples"),
        key=f"{PAGE}.own.examples",
        max_chars=1_000,
        height=140,
        help=T("generate.own.help", most=MOST_EXAMPLES),
        on_change=_keep,
        args=("examples",),
    )
    st.text_input(
        T("generate.own.word"),
        key=f"{PAGE}.own.word",
        max_chars=100,
        on_change=_keep,
        args=("word",),
    )
    try:
        asked = PromptAskSpec(examples=read(kept["examples"]), word=kept["word"].strip())
    except UserError as error:
        show(error)
        return
    run = experiment.answer(asked, f"{PAGE}.own", T("generate.own.start"), told.begins)
    if run is None or run.result is None:
        return
    st.markdown(T("generate.own.prompt", text=plain(run.result["prompt"])))
    st.dataframe(pd.DataFrame(shares(run.result)), hide_index=True, key=f"{PAGE}.own.shares")
    if run.result["nearest"]:
        best = max(run.result["nearest"], key=lambda row: row["alike"])
        values = {"word": plain(best["word"]), "label": plain(best["label"])}
        st.markdown(T("generate.own.nearest", **values, alike=f"{best['alike']:.2f}"))


def read(text: str) -> tuple[tuple[str, str], ...]:
    """A line an example, "word: label".  Raises UserError("generate.line", line=...)."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        word, colon, label = (part.strip() for part in line.partition(":"))
        if not colon or not word or not label:
            raise UserError("generate.line", line=line[:60])
        found.append((word, label))
    return tuple(found)


def shares(result: Result) -> list[dict[str, str]]:
    return [
        {
            T("generate.column.label"): row["label"],
            T("generate.column.in_prompt"): T("generate.yes" if row["shown"] else "generate.no"),
            T("generate.way.trained"): f"{row['trained']:.1%}",
            T("generate.way.plain"): f"{100 * row['plain']:.2g}%",
        }
        for row in result["labels"]
    ]


def _kept() -> dict[str, str]:
    lines = "\n".join(f"{word}: {label}" for word, label in PROMPT.examples)
    found: dict[str, str] = st.session_state.setdefault(
        f"{PAGE}.own.kept", {"examples": lines, "word": PROMPT.word}
    )
    return found


def _keep(name: str) -> None:
    _kept()[name] = st.session_state[f"{PAGE}.own.{name}"]
