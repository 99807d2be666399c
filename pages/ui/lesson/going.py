"""The lesson that goes on: since when, how long, which, and at which of its stops the class is.

One short text holds it, in the session and in a cookie: it outlives the menu, a reload and a new
tab.  What a cookie says is not believed unseen.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from typing import get_args

import streamlit as st

from tlcore.lessons.lesson_plan import Lesson

LENGTHS = (45, 60, 90, 120)  # minutes
COOKIE = "tl_lesson"
KEPT = "lesson.going"  # in the session; "" where none goes on
LONGEST = 4 * 3600.0  # seconds: a start before that was another lesson's
_TEXT = re.compile(r"([0-9]{1,12})\.([0-9]{2,3})\.([a-z]+)\.([0-9]{1,2})")


@dataclass(frozen=True)
class Going:
    """`began`: seconds since 1970; `stop` counts from 0 (plan_view.stops)."""

    began: int
    minutes: int
    lesson: Lesson
    stop: int = 0

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return time.time() - self.began

    def text(self) -> str:
        return f"{self.began}.{self.minutes}.{self.lesson}.{self.stop}"


def read(text: str) -> Going | None:
    """None for what is no lesson, or one that is over long since."""
    found = _TEXT.fullmatch(text)
    lesson = next((name for name in get_args(Lesson) if found and name == found[3]), None)
    if found is None or lesson is None or int(found[2]) not in LENGTHS:
        return None
    going = Going(int(found[1]), int(found[2]), lesson, int(found[4]))
    return going if -60 <= going.elapsed <= LONGEST else None


def now() -> Going | None:
    """The lesson of this reader."""
    if KEPT not in st.session_state:
        st.session_state[KEPT] = cookie()
    found = read(st.session_state[KEPT])
    st.session_state[KEPT] = found.text() if found else ""
    return found


def cookie() -> str:
    """What the browser sent when this session began."""
    return str(st.context.cookies.get(COOKIE, ""))


def begin(minutes: int, lesson: Lesson) -> None:
    st.session_state[KEPT] = Going(int(time.time()), minutes, lesson).text()


def end() -> None:
    st.session_state[KEPT] = ""


def move(stop: int) -> None:
    """To another stop."""
    if found := now():
        st.session_state[KEPT] = replace(found, stop=min(max(stop, 0), 99)).text()


def choose(minutes: int, lesson: Lesson) -> None:
    """Other minutes, or another lesson from its first stop on; the clock goes on."""
    if found := now():
        stop = found.stop if lesson == found.lesson and minutes == found.minutes else 0
        st.session_state[KEPT] = replace(found, minutes=minutes, lesson=lesson, stop=stop).text()
