"""The reader's own sentence, or text and question, answered by the other heads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.language.fine_tune_text import marked as text_marked
from pages.ui.frame.speech import T
from pages.ui.frame.speech import show as show_error
from pages.ui.runs import experiment, told
from tlcore.experiments.text.heads.ready import READY
from tlcore.experiments.text.heads.spec import (
    LONGEST_QUESTION,
    LONGEST_TEXT,
    TextAskSpec,
    TextHeadSpec,
)
from tlcore.ground.errors import UserError

PAGE = "fine_tune_text"
MOST = 5_000  # characters of the field: what is too long is told, not cut in silence
Result = Mapping[str, Any]


def show(spec: TextHeadSpec, at: told.Progress) -> None:
    asked = choose(spec)
    if asked is None:
        return
    run = experiment.answer(asked, f"{PAGE}.ask", T("heads.ask"), at)
    if run is not None and run.result is not None:
        _answer(run.result)


def choose(spec: TextHeadSpec) -> TextAskSpec | None:
    """What is asked; None after the one sentence that says why it cannot be."""
    kept = _kept(spec.task)
    for name in kept:
        st.session_state[f"{PAGE}.ask.{spec.task}.{name}"] = kept[name]
    st.text_area(
        T(f"heads.text.{spec.task}"),
        key=f"{PAGE}.ask.{spec.task}.text",
        height=110,
        max_chars=MOST,
        help=T("heads.text.help", most=LONGEST_TEXT),
        on_change=_keep,
        args=(spec.task, "text"),
    )
    if spec.task == "questions":
        st.text_input(
            T("heads.question"),
            key=f"{PAGE}.ask.questions.question",
            max_chars=MOST,
            help=T("heads.question.help", most=LONGEST_QUESTION),
            on_change=_keep,
            args=(spec.task, "question"),
        )
    typed = {name: " ".join(text.split()) for name, text in kept.items()}
    try:
        return TextAskSpec(task=spec.task, backbone=spec.backbone, layer=spec.layer, **typed)
    except UserError as error:
        show_error(error)
        return None


def _answer(result: Result) -> None:
    """Each way's spans marked in the text; nothing found is said."""
    for way in result["ways"]:
        name = way["way"]
        st.markdown(T(f"heads.said.{name}"))
        text_marked.show(result["text"], marks(way["spans"]))
        if not way["spans"]:
            st.caption(T("heads.nothing"))
    st.caption(T(f"heads.answer.hedge.{result['task']}", n=result["learned"]))
    if result["cut"]:
        st.caption(T("heads.answer.cut", n=result["read"]))


def marks(spans: list[dict[str, Any]]) -> list[text_marked.Mark]:
    """The kind, and how sure the head is, in words beside the span."""
    found = []
    for span in spans:
        kind = T(f"heads.kind.{span['kind']}") if span["kind"] else ""
        sure = f"{span['sure']:.0%}" if "sure" in span else ""
        found.append((span["start"], span["end"], " ".join(filter(None, (kind, sure)))))
    return found


def _kept(task: str) -> dict[str, str]:
    """Outlives a visit to another page, which forgets the fields."""
    found: dict[str, str] = st.session_state.setdefault(f"{PAGE}.asked.{task}", dict(READY[task]))
    return found


def _keep(task: str, name: str) -> None:
    _kept(task)[name] = st.session_state[f"{PAGE}.ask.{task}.{name}"]
