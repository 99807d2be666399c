"""One model, three tasks: fine-tune it here, from pre-trained weights and from scratch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.language.generate import ask as generate_ask
from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T, show
from pages.ui.lesson import predict
from pages.ui.runs import experiment, told
from tlcore.catalog import objective_models
from tlcore.data.texts.mixture import TASKS
from tlcore.experiments.generate import reading as generate_reading
from tlcore.experiments.generate.spec import WRITERS, ToTextSpec
from tlcore.ground.difference import POINTS
from tlcore.ground.errors import UserError

PAGE = "generate"
ANSWERS = {"sentiment": 0, "question": 1, "translate": 2}  # options of the question
NONE = 3
Result = Mapping[str, Any]


def show_all() -> None:
    if not predict.ask("generate_tasks"):
        return
    models = [name for name in WRITERS if name in objective_models.there()]
    if not models:
        show(UserError("objectives.none"))
        return
    chosen = models[0]
    if len(models) > 1:
        chosen = st.segmented_control(
            T("generate.model"),
            models,
            default=models[0],
            key=f"{PAGE}.model",
            format_func=lambda name: T(f"objectives.model.{name}"),
            required=True,
        )
    st.caption(T(f"generate.model.{chosen}"))
    run = experiment.answer(
        ToTextSpec(model=chosen), f"{PAGE}.tasks", T("generate.start"), told.parts("generate.at")
    )
    if run is None or run.result is None:
        return
    st.subheader(T("generate.ask"), anchor=False)
    generate_ask.show_for(run.id, ToTextSpec(model=chosen))
    st.subheader(T("generate.scores"), anchor=False)
    scratch = experiment.answer(
        ToTextSpec(model=chosen, start="scratch"),
        f"{PAGE}.scratch",
        T("generate.scratch.start"),
        told.parts("generate.at"),
    )
    other = None if scratch is None else scratch.result
    _scores(run.result, other)
    predict.told("generate_tasks", answer(run.result))


def answer(result: Result) -> int | None:
    """Which option came true: the one task that is clearly ahead of its best baseline, or that none
    is; None of several."""
    words = generate_reading.beyond_baseline(result, "held_out")
    good = [task for task, word in words.items() if word == "ahead"]
    return NONE if not good else ANSWERS[good[0]] if len(good) == 1 else None


def _scores(result: Result, scratch: Result | None) -> None:
    for sentence in readings(result, scratch):
        st.markdown(f"- {sentence}")
    of = st.segmented_control(
        T("generate.of"),
        ["held_out", "written"],
        default="held_out",
        key=f"{PAGE}.of",
        format_func=lambda name: T(f"generate.of.{name}"),
        required=True,
    )
    st.plotly_chart(
        figure(result, scratch, of),
        key=f"{PAGE}.scores.figure",
        config=figures.CONFIG,
        alt=T("generate.scores.alt", of=T(f"generate.of.{of}")),
    )
    st.caption(T("generate.scores.how", steps=result["steps"], read=f"{result['texts_read']:,}"))
    with st.expander(T("table.show")):
        st.dataframe(
            pd.DataFrame(table(result, scratch, of)), hide_index=True, key=f"{PAGE}.scores.table"
        )
    with st.expander(T("generate.examples")):
        st.caption(T("generate.examples.how"))
        st.dataframe(
            pd.DataFrame(examples(result, of)), hide_index=True, key=f"{PAGE}.examples.table"
        )


def readings(result: Result, scratch: Result | None) -> list[str]:
    """Of this run: per task against the baselines, then against scratch."""
    found = []
    for task in TASKS:
        best = generate_reading.best_baseline(result, "held_out", task)
        mine, _ = generate_reading.value(result, "held_out", task)
        other, _ = generate_reading.value(result, "held_out", task, best)
        written, _ = generate_reading.value(result, "written", task)
        gap = generate_reading.over_baseline(result, "held_out", task)
        values = {"task": T(f"generate.task.{task}"), "mine": f"{mine:.0%}"}
        values |= {"other": f"{other:.0%}", "baseline": T(f"generate.by.{best}")}
        values |= {"gap": f"{100 * gap.mean:+.0f}", "half": f"{100 * gap.half:.0f}"}
        values |= {"written": f"{written:.0%}", "margin": POINTS}
        line = T(f"generate.read.{gap.word}", **values)
        found.append(f"{line} {T(f'generate.measure.{task}')}")
    if scratch is None:
        found.append(T("generate.read.no_scratch"))
        return found
    better = generate_reading.transfer(result, scratch, "held_out")
    names = [T(f"generate.task.{task}") for task in TASKS if better[task] == "ahead"]
    if names:
        found.append(T("generate.read.transfer", tasks=", ".join(names)))
    elif "open" in better.values():
        found.append(T("generate.read.open_transfer"))
    else:
        found.append(T("generate.read.no_transfer"))
    last, first = result["losses"][-1][1], scratch["losses"][-1][1]
    found.append(T("generate.read.losses", mine=f"{last:.2f}", scratch=f"{first:.2f}"))
    return found


def _series(result: Result, scratch: Result | None) -> list[tuple[str, Result, str]]:
    """(name of the bar, the run it is of, whose score)."""
    found = [("model", result, "model")]
    if scratch is not None:
        found.append(("scratch", scratch, "model"))
    return found + [(name, result, name) for name in generate_reading.BASELINES]


def figure(result: Result, scratch: Result | None, of: str) -> dict[str, Any]:
    """Bars by task; each with its interval and its pattern."""
    traces = []
    for number, (name, run, by) in enumerate(_series(result, scratch)):
        told_ = [generate_reading.value(run, of, task, by) for task in TASKS]
        colour = visual.SERIES[number % len(visual.SERIES)]
        traces.append(
            {
                "type": "bar",
                "name": T(f"generate.by.{name}"),
                "x": [T(f"generate.task.{task}") for task in TASKS],
                "y": [100 * value for value, _ in told_],
                "error_y": {"type": "data", "array": [100 * half for _, half in told_]},
                "marker": {"color": colour, "pattern": {"shape": ["", "/", "x", ".", "-"][number]}},
                "hovertemplate": "%{y:.0f}%",
            }
        )
    layout = figures.layout(
        400,
        {},
        {"title": figures.title(T("generate.score")), "ticksuffix": "%", "range": [0, 105]},
        barmode="group",
        legend={"orientation": "h", "yanchor": "top", "y": -0.15, "x": 0, "font": figures.FONT},
    )
    return {"data": traces, "layout": layout}


def table(result: Result, scratch: Result | None, of: str) -> list[dict[str, Any]]:
    """A row a task and way: exact matches and F1 with half of their intervals, in percent."""
    found = []
    for task in TASKS:
        for name, run, by in _series(result, scratch):
            scored = run["scores"][of][task]
            row = scored["by"][by]
            found.append(
                {
                    T("generate.column.task"): T(f"generate.task.{task}"),
                    T("generate.column.by"): T(f"generate.by.{name}"),
                    T("generate.column.exact"): round(100 * row["exact"], 1),
                    T("generate.column.exact_half"): round(100 * row["exact_half"], 1),
                    T("generate.column.f1"): round(100 * row["f1"], 1),
                    T("generate.column.f1_half"): round(100 * row["f1_half"], 1),
                    T("generate.column.texts"): scored["texts"],
                }
            )
    return found


def examples(result: Result, of: str) -> list[dict[str, str]]:
    return [
        {
            T("generate.column.task"): T(f"generate.task.{row['task']}"),
            T("generate.column.given"): row["given"],
            T("generate.column.wanted"): row["wanted"],
            T("generate.column.said"): row["said"],
        }
        for row in result["examples"]
        if row["of"] == of
    ]
