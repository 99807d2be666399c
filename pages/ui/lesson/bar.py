"""The bar of a lesson that goes on, in the frame of every page: time, question, Back, Next.

Its cookie carries the lesson over a reload.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.frame import bundle
from pages.ui.frame.speech import words
from pages.ui.lesson import going, plan_view

STOP = "stop"  # in the address: a link of the plan tells which of its stops it is
OPEN = "lesson.open"  # in the session: Back or Next was pressed
KEY = "frame.lesson"
_component = bundle.component(
    "tl_lesson_bar", __file__, js=("common", "lesson_bar"), css=("common", "lesson_bar")
)


def draw() -> None:
    """Nothing to see while no lesson goes on; Back and Next open the stop's page."""
    _arrive()
    lesson = going.now()
    opened = st.session_state.pop(OPEN, False)
    if lesson is None:
        _bar("", None)
        return
    stops = plan_view.stops(lesson.minutes, lesson.lesson)
    at = min(lesson.stop, len(stops) - 1)
    slot, link = stops[at]
    if opened and link is not None:
        page, query = plan_view.target(link)
        st.switch_page(page, query_params=query)
    names = [link.words if link else slot.step.title for slot, link in stops]
    told = {
        "stop": at,
        "step": slot.step.title,
        "ask": slot.step.ask,
        "ends": slot.ends,
        "minutes": lesson.minutes,
        "elapsed": lesson.elapsed,
        "back": names[at - 1] if at else None,
        "next": names[at + 1] if at + 1 < len(names) else None,
    }
    _bar(lesson.text(), told)


def _arrive() -> None:
    """By a link of the plan: the bar follows, and the address is the page's own again."""
    said = st.query_params.get(STOP)
    if said is not None:
        if re.fullmatch(r"[0-9]{1,2}", said):
            going.move(int(said))
        del st.query_params[STOP]


def _go(stop: int) -> None:
    going.move(stop)
    st.session_state[OPEN] = True


def _bar(kept: str, stop: Mapping[str, Any] | None) -> None:
    """`kept`: the lesson as the cookie has it, "" to forget it; `stop`: where the class is.
    Back and Next are heard before the script runs."""

    def gone() -> None:
        wanted = st.session_state[KEY].go
        if isinstance(wanted, int):
            _go(wanted)

    cookie = {"name": going.COOKIE, "path": bundle.root() or "/", "seconds": int(going.LONGEST)}
    data = {"kept": kept, "cookie": cookie, "stop": stop, "words": words("lesson_bar")}
    _component(key=KEY, data=data, on_go_change=gone)
