"""The quiz of one lesson: choose, read why, choose again; the first choice is what counts."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame import SECTIONS, T, language, page_file
from tlcore import quiz
from tlcore.quiz import Question

FIRST = "quiz.first"  # page -> {question: the first answer}
LAST = "quiz.last"  # page -> {question: the answer that stands there now}
Answers = dict[str, dict[int, int]]


def lesson() -> str:
    """The lesson that is asked about: from the address, then as chosen."""
    there = {name for names in SECTIONS.values() for name in names}
    names = [name for name in quiz.lessons(language()) if name in there]
    asked = st.query_params.get("lesson")
    kept = st.session_state.get("quiz.kept", asked if asked in names else names[0])
    st.session_state["quiz.lesson"] = kept
    chosen: str = st.segmented_control(
        T("quiz.lesson"),
        names,
        key="quiz.lesson",
        format_func=lambda name: T(f"page.{name}"),
        on_change=_keep_lesson,
        required=True,
    )
    return chosen


def _keep_lesson() -> None:
    st.session_state["quiz.kept"] = st.session_state["quiz.lesson"]


def show(page: str) -> None:
    """Every question of a lesson, then how many were right at the first try."""
    questions = quiz.lessons(language())[page]
    for number, question in enumerate(questions):
        _ask(page, number, question, len(questions))
    _score(page, questions)


def _ask(page: str, number: int, question: Question, of: int) -> None:
    key = f"quiz.{page}.{number}"
    last = _answers(LAST, page).get(number)
    st.session_state[key] = last
    with st.container(border=True):
        st.markdown(f"**{T('quiz.number', n=number + 1, of=of)}** {question.ask}")
        st.radio(
            question.ask,
            range(len(question.options)),
            key=key,
            index=None,
            format_func=lambda n: question.options[n].says,
            on_change=_keep,
            args=(page, number),
            label_visibility="collapsed",
        )
        if last is None:
            return
        why = question.options[last].why
        if last == question.right:
            st.success(T("quiz.right", why=why), icon=":material/check_circle:")
        else:
            st.warning(T("quiz.wrong", why=why), icon=":material/help:")


def _keep(page: str, number: int) -> None:
    answer = st.session_state[f"quiz.{page}.{number}"]
    _answers(FIRST, page).setdefault(number, answer)
    _answers(LAST, page)[number] = answer


def _score(page: str, questions: tuple[Question, ...]) -> None:
    first = _answers(FIRST, page)
    right, tried = quiz.score(questions, first)
    with st.container(horizontal=True, vertical_alignment="center"):
        if tried:
            st.markdown(T("quiz.score", right=right, tried=tried, of=len(questions)))
            st.button(
                T("quiz.again"),
                key="quiz.again",
                icon=":material/restart_alt:",
                on_click=_forget,
                args=(page,),
            )
        st.page_link(page_file(page), label=T("quiz.back"), icon=T(f"icon.{page}"))


def _forget(page: str) -> None:
    for which in (FIRST, LAST):
        _answers(which, page).clear()


def _answers(which: str, page: str) -> dict[int, int]:
    found: Answers = st.session_state.setdefault(which, {})
    return found.setdefault(page, {})
