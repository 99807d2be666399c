"""A clock for a lesson: which step it is, how long is left of it, what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from pages.ui.frame import bundle


class Timed(TypedDict):
    """A step from one minute of the lesson to another."""

    title: str
    begins: int
    ends: int


_component = bundle.component(
    "tl_lesson_clock", __file__, js=("common", "lesson_clock"), css=("common", "lesson_clock")
)


def lesson_clock(
    steps: Sequence[Timed], elapsed: float, *, words: Mapping[str, str], key: str
) -> None:
    """`elapsed`: seconds since the lesson began, by the server's clock; the browser counts on."""
    _component(key=key, data={"steps": list(steps), "elapsed": elapsed, "words": dict(words)})
