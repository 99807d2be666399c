"""The lesson plan as a teacher uses it: length, clock, and the steps with their links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import streamlit as st

from pages.ui.frame.navigation import PAGES, home, page_file
from pages.ui.frame.speech import T, language, words
from pages.ui.lesson import going
from pages.ui.lesson.clock import Timed, lesson_clock
from tlcore.lessons import lesson_plan
from tlcore.lessons.lesson_plan import LESSONS, Lesson, Link, Slot
from tlcore.runs.spec import FineTuneSpec

Option = TypeVar("Option", int, Lesson)


def length() -> int:
    """How many minutes there are."""
    usual = now.minutes if (now := going.now()) else 90
    return _choose(
        "length", "length", going.LENGTHS, usual, lambda n: T("lesson_plan.minutes", n=n)
    )


def lesson() -> Lesson:
    """Which of them."""
    usual = now.lesson if (now := going.now()) else LESSONS[0]
    return _choose("lesson", "which", LESSONS, usual, lambda name: T(f"lesson_plan.lesson.{name}"))


def _choose(
    name: str, label: str, options: Sequence[Option], usual: Option, words: Callable[[Option], str]
) -> Option:
    """A choice that outlives another page and another language."""
    key, kept = f"lesson_plan.{name}", f"lesson_plan.{name}.kept"
    st.session_state[key] = st.session_state.setdefault(kept, usual)

    def keep() -> None:
        st.session_state[kept] = st.session_state[key]
        going.choose(*(st.session_state[f"lesson_plan.{n}.kept"] for n in ("length", "lesson")))

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


def stops(total: int, which: Lesson) -> list[tuple[Slot, Link | None]]:
    """Where Back and Next lead: each link of each step, and a step without one."""
    found = slots(total, which)
    return [(slot, link) for slot in found for link in slot.step.links or (None,)]


def clock(found: list[Slot], minutes: int, which: Lesson) -> None:
    """Start and end the lesson; while it goes on, where it is."""
    now = going.now()
    with st.container(horizontal=True):
        st.button(
            T("lesson_plan.restart" if now else "lesson_plan.start"),
            key="lesson_plan.start",
            icon=":material/timer:",
            type="secondary" if now else "primary",
            on_click=going.begin,
            args=(minutes, which),
        )
        if now:
            st.button(T("lesson_plan.end"), key="lesson_plan.end", on_click=going.end)
    if now:
        timed = [Timed(title=s.step.title, begins=s.begins, ends=s.ends) for s in found]
        lesson_clock(timed, now.elapsed, words=words("lesson_plan"), key="lesson_plan.clock")


def show(found: list[Slot]) -> None:
    """The steps with their links; while a lesson goes on, a link takes the bar along."""
    first = 0
    for slot in found:
        _step(slot, first if going.now() else None)
        first += max(1, len(slot.step.links))


def _step(slot: Slot, first: int | None) -> None:
    """`first`: the stop of its first link."""
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
                for number, link in enumerate(step.links):
                    _link(link, None if first is None else first + number)


def _link(link: Link, stop: int | None) -> None:
    page, query = target(link)
    query |= {} if stop is None else {"stop": str(stop)}
    st.page_link(page, label=link.words, icon=T(f"icon.{link.page}"), query_params=query)


def target(link: Link) -> tuple[Any, dict[str, str]]:
    """Where a link of the plan leads: the page, and its address's settings."""
    query = {"lang": language()} | (_settings(link.spec) if link.spec else {})
    query |= {"one": "1"} if link.page == "quiz" else {}
    return home() if link.page == "home" else page_file(link.page), query


def _settings(spec: FineTuneSpec) -> dict[str, str]:
    """What differs from the usual, as a link to the lab carries it."""
    return {name: str(value) for name, value in spec.unusual().items()}
