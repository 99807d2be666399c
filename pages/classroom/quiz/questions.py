"""The quiz of one lesson: choose, read why, choose again; the first choice is what counts."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame.navigation import PAGES, page_file
from pages.ui.frame.speech import T, language
from tlcore.words import quiz
from tlcore.words.quiz import Question

FIRST = "quiz.first"  # page -> {question: the first answer}
ONE = "quiz.one.kept"
LAST = "quiz.last"  # page -> {question: the answer that stands there now}
Answers = dict[str, dict[int, int]]


def lesson() -> str:
    """The lesson that is asked about: from the address, then as chosen."""
    names = [name for name in quiz.lessons(language()) if name in PAGES]
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
    """The questions of a lesson, all or one at a time, then how many were right at the first
    try."""
    questions = quiz.lessons(language())[page]
    place = _place(page, len(questions)) if _one() else None
    for number, question in enumerate(questions):
        if place in (None, number):
            _ask(page, number, question, len(questions))
    if place is not None:
        _turn(page, place, len(questions))
    _score(page, questions)


def _one() -> bool:
    """Whether a class looks at one question at a time; a lesson plan's link asks for it."""
    asked = st.query_params.get("one")
    if asked != st.session_state.setdefault("quiz.one.link", None):  # once per address
        st.session_state["quiz.one.link"] = asked
        if asked is not None:
            st.session_state[ONE] = asked == "1"
    st.session_state.setdefault(ONE, False)
    st.session_state["quiz.one"] = st.session_state[ONE]
    return bool(st.toggle(T("quiz.one"), key="quiz.one", on_change=_keep_one))


def _keep_one() -> None:
    st.session_state[ONE] = st.session_state["quiz.one"]


def _place(page: str, of: int) -> int:
    return min(_places().get(page, 0), of - 1)


def _places() -> dict[str, int]:
    found: dict[str, int] = st.session_state.setdefault("quiz.places", {})
    return found


def _turn(page: str, place: int, of: int) -> None:
    """Back and Next, beneath the question."""
    with st.container(horizontal=True):
        for key, to in (("back", place - 1), ("next", place + 1)):
            st.button(
                T(f"quiz.turn.{key}"),
                key=f"quiz.turn.{key}",
                on_click=_go,
                args=(page, to),
                disabled=not 0 <= to < of,
            )


def _go(page: str, place: int) -> None:
    _places()[page] = place


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
