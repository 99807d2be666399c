"""Other heads on the same encoder: names, answers; scores beside rules; the reader's own text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.language.fine_tune_text import head_ask as text_head_ask
from pages.language.fine_tune_text import marked as text_marked
from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T
from pages.ui.runs import experiment, told
from tlcore import catalog
from tlcore.catalog import stored
from tlcore.experiments.text.heads import reading as head_reading
from tlcore.experiments.text.heads.spec import TextHeadSpec
from tlcore.experiments.text.presets import HEAD_ENCODERS

PAGE = "fine_tune_text"
TASKS = ("entities", "questions")
SCORES = {"entities": ("f1", "where"), "questions": ("f1", "exact")}
Result = Mapping[str, Any]


def show() -> None:
    known = [name for name in HEAD_ENCODERS if name in catalog.texts() and stored.present(name)]
    if not known:
        st.caption(T("tune.absent"))
        return
    task = st.segmented_control(
        T("heads.task"),
        TASKS,
        default=TASKS[0],
        key=f"{PAGE}.head",
        format_func=lambda name: T(f"heads.task.{name}"),
        required=True,
    )
    spec = _chosen(task, known)
    st.dataframe(shapes(spec), hide_index=True, key=f"{PAGE}.head.shapes")
    run = experiment.answer(
        spec, f"{PAGE}.head.{task}", T(f"heads.start.{task}"), told.parts("heads.at")
    )
    if run is not None and run.result is not None:
        _drawn(run.result)
    st.markdown(f"**{T('heads.yours')}**")
    text_head_ask.show(spec, told.parts("heads.at"))


def _chosen(task: str, known: Sequence[str]) -> TextHeadSpec:
    """Encoder, where there is a choice, and layer."""
    places = st.columns(2)
    backbone = known[0]
    if len(known) > 1:
        backbone = places[0].selectbox(
            T("tune.encoder"),
            known,
            key=f"{PAGE}.head.backbone",
            format_func=lambda name: T(f"backbone.{name}"),
        )
    if backbone not in known:  # an option in the other language's words
        backbone = known[0]
    most = len(catalog.backbone(backbone).blocks) - 1
    layer = places[1].select_slider(
        T("tune.layer"),
        range(most + 1),
        value=min(TextHeadSpec().layer, most),
        key=f"{PAGE}.head.layer.{most}",
        format_func=lambda n: T("tune.layer.0") if n == 0 else T("tune.layer.n", n=n),
    )
    return TextHeadSpec(task=task, backbone=backbone, layer=layer)


def shapes(spec: TextHeadSpec) -> pd.DataFrame:
    """What each kind of head reads, says and has to learn, on this encoder."""
    width = catalog.backbone(spec.backbone).blocks[spec.layer].channels
    heads = head_reading.shapes(width)
    return pd.DataFrame(
        {
            T("heads.column.task"): [T(f"heads.shape.{head.name}") for head in heads],
            T("heads.column.reads"): [head.reads for head in heads],
            T("heads.column.says"): [head.says for head in heads],
            T("lab.learning"): [head.parameters for head in heads],
        }
    )


def _drawn(result: Result) -> None:
    for sentence in readings(result):
        st.markdown(f"- {sentence}")
    task = result["task"]
    st.plotly_chart(
        figure(result),
        key=f"{PAGE}.head.figure.{task}",
        config=figures.CONFIG,
        alt=T("heads.alt", task=T(f"heads.task.{task}"), told=readings(result)[0]),
    )
    st.caption(T(f"heads.hedge.{task}"))
    if result["cut"]:
        st.caption(T("tune.cut", n=result["cut"]))
    with st.expander(T("table.show")):
        st.dataframe(table(result), hide_index=True, key=f"{PAGE}.head.table.{task}")
    with st.expander(T("heads.examples")):
        st.caption(T("heads.examples.about"))
        for one in result["examples"]:
            _example(one)


def _example(one: Mapping[str, Any]) -> None:
    """The question, the text with what was said, and the truth where that was wrong."""
    sign = "✓" if one["right"] else "✗"
    right = T("heads.right" if one["right"] else "heads.wrong")
    st.markdown(f"{sign} **{right}**" + (f" · {one['question']}" if one["question"] else ""))
    text_marked.show(one["text"], marks(one["said"]))
    if not one["right"]:
        st.caption(T("heads.truth", names=", ".join(_named(one["text"], one["truth"]))))


def marks(spans: Sequence[Sequence[Any]]) -> list[text_marked.Mark]:
    """(start, end, kind) with the kind in the reader's language."""
    return [(a, b, T(f"heads.kind.{kind}") if kind else "") for a, b, kind in spans]


def _named(text: str, spans: Sequence[Sequence[Any]]) -> list[str]:
    kinds = [f" ({name})" if name else "" for _, _, name in marks(spans)]
    return [f"“{text[a:b]}”{kind}" for (a, b, _), kind in zip(spans, kinds, strict=True)]


def readings(result: Result) -> list[str]:
    """Against the rule, generated against written, capitals: each only as far as its interval."""
    by = {way["way"]: way for way in result["ways"]}
    written, rule = by["written"], by["rule"]
    values = {"score": _percent(written), "rule": _percent(rule), "n": written["asked"]}
    values |= _gap(written)
    told_of = [T(f"heads.told.{head_reading.verdict(written)}", **values)]
    made, carried = by["generated"], by["carried"]
    values = {"made": _percent(made), "carried": _percent(carried), "learned": made["learned"]}
    told_of.append(T("heads.told.carried", **values))
    if "capitals" in by:
        case = T("heads.case.kept" if result["keeps_capitals"] else "heads.case.lost")
        values = {"score": _percent(by["capitals"]), "case": case} | _gap(by["capitals"])
        key = f"heads.told.capitals.{head_reading.verdict(by['capitals'])}"
        told_of.append(T(key, **values))
    return told_of


def _percent(way: Mapping[str, Any]) -> str:
    return f"{way['scores']['f1']['value']:.0%}"


def _gap(way: Mapping[str, Any]) -> dict[str, str]:
    """In points; of what is behind, by how many."""
    ends = [100 * way["over"][name] for name in ("low", "high")]
    if head_reading.verdict(way) == "behind":
        ends = [-end for end in reversed(ends)]
    return {name: f"{end:.0f}" for name, end in zip(("low", "high"), ends, strict=True)}


def figure(result: Result) -> dict[str, Any]:
    """A line for each way, a symbol for each score, both with their intervals."""
    names = [T(f"heads.way.{way['way']}") for way in result["ways"]]
    traces = []
    for number, score in enumerate(SCORES[result["task"]]):
        found = [way["scores"][score] for way in result["ways"]]
        colour = visual.SERIES[number]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": T(f"heads.score.{result['task']}.{score}"),
                "x": [100 * one["value"] for one in found],
                "y": [place + 0.22 * (2 * number - 1) for place in range(len(names))],
                "error_x": {
                    "type": "data",
                    "array": [100 * (one["high"] - one["value"]) for one in found],
                    "arrayminus": [100 * (one["value"] - one["low"]) for one in found],
                    "thickness": 1.5,
                    "width": 4,
                },
                "marker": {"symbol": visual.SYMBOLS[number], "size": 10, "color": colour},
                "hovertemplate": "%{x:.0f}%",
            }
        )
    layout = figures.layout(
        120 + 58 * len(names),
        {"range": [-2, 103], "ticksuffix": "%"},
        {
            "tickvals": list(range(len(names))),
            "ticktext": [figures.text(name) for name in names],
            "range": [len(names) - 0.5, -0.5],
            "automargin": True,
        },
        legend={"orientation": "h", "yanchor": "top", "y": -0.16, "x": 0, "font": figures.FONT},
    )
    return {"data": traces, "layout": layout}


def table(result: Result) -> pd.DataFrame:
    """In percent, with the ends of each interval."""
    columns: dict[str, list[Any]] = {
        T("heads.column.way"): [T(f"heads.way.{way['way']}") for way in result["ways"]],
        T("heads.column.learned"): [way["learned"] for way in result["ways"]],
        T("heads.column.asked"): [way["asked"] for way in result["ways"]],
    }
    for score in result["ways"][0]["scores"]:
        name = T(f"heads.score.{result['task']}.{score}")
        columns[name] = [_told(way["scores"][score]) for way in result["ways"]]
    return pd.DataFrame(columns)


def _told(score: Mapping[str, float]) -> str:
    """ "64% (58 to 71)" in the page's own words."""
    ends = {name: f"{100 * score[name]:.0f}" for name in ("value", "low", "high")}
    return T("heads.interval", **ends)
