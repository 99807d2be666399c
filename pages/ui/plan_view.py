"""The lesson plan as a teacher uses it: length, clock, and the steps with their links."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import streamlit as st

from pages.ui.components.lesson_clock import lesson_clock
from pages.ui.frame import SECTIONS, T, home, language, page_file, words
from tlcore import lesson_plan
from tlcore.lesson_plan import LESSONS, Lesson, Link, Slot
from tlcore.spec import FineTuneSpec

LENGTHS = (45, 60, 90, 120)  # minutes
STARTED = "lesson_plan.started"  # in the session
BEGAN = "began"  # in the address: the start
LONGEST = 4 * 3600.0  # seconds: a start before that was another lesson's
Option = TypeVar("Option", int, Lesson)
PAGES = frozenset(name for names in SECTIONS.values() for name in names)


def length() -> int:
    """How many minutes there are."""
    return _choose("length", "length", LENGTHS, 90, lambda n: T("lesson_plan.minutes", n=n))


def lesson() -> Lesson:
    """Which of them."""
    return _choose(
        "lesson", "which", LESSONS, LESSONS[0], lambda name: T(f"lesson_plan.lesson.{name}")
    )


def _choose(
    name: str, label: str, options: Sequence[Option], usual: Option, words: Callable[[Option], str]
) -> Option:
    """A choice that outlives another page and another language."""
    key, kept = f"lesson_plan.{name}", f"lesson_plan.{name}.kept"
    st.session_state[key] = st.session_state.setdefault(kept, usual)

    def keep() -> None:
        st.session_state[kept] = st.session_state[key]

    chosen: Option = st.segmented_control(
        T(f"lesson_plan.{label}"),
        options,
        key=key,
        format_func=words,
        on_change=keep,
        required=True,
    )
    return chosen


def slots(total: int, which: Lesson = LESSONS[0]) -> list[Slot]:
    """The steps whose page is there, in the time that there is."""
    known = [
        step
        for step in lesson_plan.steps(language(), which)
        if all(link.page in PAGES for link in step.links)
    ]
    return lesson_plan.fit(known, total)


def clock(found: list[Slot]) -> None:
    """Start and end the lesson; while it goes on, where it is."""
    began = _began()
    with st.container(horizontal=True):
        st.button(
            T("lesson_plan.start" if began is None else "lesson_plan.restart"),
            key="lesson_plan.start",
            icon=":material/timer:",
            type="primary" if began is None else "secondary",
            on_click=_start,
        )
        if began is not None:
            st.button(T("lesson_plan.end"), key="lesson_plan.end", on_click=_end)
    if began is not None:
        timed = [{"title": s.step.title, "begins": s.begins, "ends": s.ends} for s in found]
        told = words("lesson_plan")
        lesson_clock(timed, time.time() - began, words=told, key="lesson_plan.clock")  # type: ignore[arg-type]


def _start() -> None:
    st.session_state[STARTED] = st.query_params[BEGAN] = str(int(time.time()))


def _end() -> None:
    st.session_state.pop(STARTED, None)
    st.query_params.pop(BEGAN, None)


def _began() -> float | None:
    """When the lesson began, seconds since 1970: from the address, which outlives a reload, or
    from the session, which outlives another page.  An address is not believed unseen."""
    said = st.query_params.get(BEGAN) or st.session_state.get(STARTED, "")
    try:
        began = float(said)
    except ValueError:
        return None
    ago = time.time() - began
    if not (math.isfinite(began) and -60 <= ago <= LONGEST):
        return None
    st.session_state[STARTED] = st.query_params[BEGAN] = said
    return began


def show(found: list[Slot]) -> None:
    for slot in found:
        _step(slot)


def _step(slot: Slot) -> None:
    step = slot.step
    with st.container(border=True):
        st.header(
            T("lesson_plan.step", begins=slot.begins, ends=slot.ends, title=step.title),
            anchor=False,
        )
        for name, told in (("click", step.click), ("ask", step.ask), ("pupils", step.pupils)):
            if told:
                st.markdown(f"**{T(f'lesson_plan.{name}')}** {told}")
        if step.links:
            with st.container(horizontal=True):
                for link in step.links:
                    _link(link)


def _link(link: Link) -> None:
    query = {"lang": language()} | (_settings(link.spec) if link.spec else {})
    query |= {"one": "1"} if link.page == "quiz" else {}
    page = home() if link.page == "home" else page_file(link.page)
    st.page_link(page, label=link.words, icon=T(f"icon.{link.page}"), query_params=query)


def _settings(spec: FineTuneSpec) -> dict[str, Any]:
    """What differs from the usual, as a link to the lab carries it."""
    return {name: str(value) for name, value in spec.unusual().items()}
