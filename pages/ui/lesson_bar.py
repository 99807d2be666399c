"""The bar of a lesson that goes on, in the frame of every page: time, question, Back, Next."""

from __future__ import annotations

import re

import streamlit as st

from pages.ui import going, plan_view
from pages.ui.components.lesson_bar import lesson_bar
from pages.ui.frame import words

STOP = "stop"  # in the address: a link of the plan tells which of its stops it is
OPEN = "lesson.open"  # in the session: Back or Next was pressed
KEY = "frame.lesson"


def draw() -> None:
    """Nothing to see while no lesson goes on; Back and Next open the stop's page."""
    _arrive()
    lesson = going.now()
    opened = st.session_state.pop(OPEN, False)
    if lesson is None:
        lesson_bar("", None, words=words("lesson_bar"), key=KEY, on_go=_go)
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
    lesson_bar(lesson.text(), told, words=words("lesson_bar"), key=KEY, on_go=_go)


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
