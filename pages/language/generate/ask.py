"""A reader's own text to the model that was just fine-tuned: piece by piece, with probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.forms import clicks
from pages.ui.frame.speech import T, plain, show
from pages.ui.runs import experiment, runs, told
from tlcore.data.texts import mixture
from tlcore.data.texts.mixture import TASKS
from tlcore.experiments.generate.ready import READY
from tlcore.experiments.generate.spec import LONGEST, LONGEST_QUESTION, ToTextAskSpec, ToTextSpec
from tlcore.ground.errors import UserError

PAGE = "generate"
MOST = 5_000  # characters of the field: what is too long is told, not cut in silence
Result = Mapping[str, Any]


def show_for(run_id: str, asked: ToTextSpec) -> None:
    if not (runs.store().folder(run_id) / mixture.WEIGHTS).is_file():
        st.info(T("generate.gone"))
        clicks.press(T("generate.start"), f"{PAGE}.anew", told.again, (asked,))
        return
    _ask(run_id)


def _ask(run_id: str) -> None:
    task = st.segmented_control(
        T("generate.task"),
        TASKS,
        default=TASKS[0],
        key=f"{PAGE}.task",
        format_func=lambda name: T(f"generate.task.{name}"),
        required=True,
    )
    kept = _kept(task)
    with st.container(horizontal=True):
        for number, (text, question) in enumerate(READY[task]):
            st.button(
                f"{text} {question}".strip(),
                key=f"{PAGE}.ready.{task}.{number}",
                on_click=_put,
                args=(task, text, question),
                type="tertiary",
            )
    for name in ("text", "question"):
        st.session_state[f"{PAGE}.{task}.{name}"] = kept[name]
    st.text_area(
        T("generate.text"),
        key=f"{PAGE}.{task}.text",
        max_chars=MOST,
        height=80,
        help=T("generate.text.help", most=LONGEST),
        on_change=_keep,
        args=(task, "text"),
    )
    if task == "question":
        st.text_input(
            T("generate.question"),
            key=f"{PAGE}.{task}.question",
            max_chars=MOST,
            help=T("generate.text.help", most=LONGEST_QUESTION),
            on_change=_keep,
            args=(task, "question"),
        )
    try:
        asked = ToTextAskSpec(
            run=run_id,
            task=task,
            text=" ".join(kept["text"].split()),
            question=" ".join(kept["question"].split()) if task == "question" else "",
        )
    except UserError as error:
        show(error)
        return
    run = experiment.answer(asked, f"{PAGE}.ask", T("generate.ask.start"), told.begins)
    if run is not None and run.result is not None:
        _answer(run.result)


def _answer(result: Result) -> None:
    st.caption(T("generate.reads", text=plain(result["read"])))
    with st.container(border=True):
        said = plain(result["says"]) or T("generate.nothing")
        st.markdown(f"**{T('generate.says')}** {said}")
        st.dataframe(pd.DataFrame(pieces(result)), hide_index=True, key=f"{PAGE}.pieces")
        for key, wrong in (
            ("unknown", result["unknown"]),
            ("cut", result["cut"]),
            ("endless", not result["ended"]),
        ):
            if wrong:
                st.caption(T(f"generate.{key}", n=result["unknown"]))
    st.markdown(T("generate.beside"))
    st.dataframe(
        pd.DataFrame(
            [
                {T("generate.column.by"): T(f"generate.by.{name}"), T("generate.column.said"): said}
                for name, said in result["baselines"].items()
            ]
        ),
        hide_index=True,
        key=f"{PAGE}.baselines",
    )
    st.caption(T("generate.toy"))


def pieces(result: Result) -> list[dict[str, Any]]:
    """A row a piece: what was written, its probability, what came next in the list."""
    return [
        {
            T("generate.column.place"): number,
            T("generate.column.piece"): row["piece"],
            T("generate.column.share"): f"{row['share']:.1%}",
            T("generate.column.best"): ", ".join(
                f"{piece} {share:.0%}" for piece, share in row["best"]
            ),
        }
        for number, row in enumerate(result["pieces"], start=1)
    ]


def _kept(task: str) -> dict[str, str]:
    """Outlives a visit to another page, which forgets the fields."""
    text, question = READY[task][0]
    found: dict[str, str] = st.session_state.setdefault(
        f"{PAGE}.kept.{task}", {"text": text, "question": question}
    )
    return found


def _keep(task: str, name: str) -> None:
    _kept(task)[name] = st.session_state[f"{PAGE}.{task}.{name}"]


def _put(task: str, text: str, question: str) -> None:
    _kept(task).update(text=text, question=question)
