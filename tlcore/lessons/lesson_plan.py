"""A lesson for a class: what to click, what to ask, what the class does, and minutes that fit.

assets/lessons/lesson_plan.json has the steps of each lesson and their links,
<language>/lesson_plan.json the words; a teacher edits both without code.  `fit` stretches or
shrinks the steps to the time there is; where it is short, what may be left out is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from tlcore.ground.paths import ASSETS
from tlcore.lessons.statements import experiments
from tlcore.runs.spec import FineTuneSpec

FOLDER = ASSETS / "lessons"
Lesson = Literal["pictures", "language"]
LESSONS: tuple[Lesson, ...] = get_args(Lesson)


@dataclass(frozen=True)
class Link:
    """To a page; with settings, those of one spec of a preset."""

    page: str
    words: str
    spec: FineTuneSpec | None


@dataclass(frozen=True)
class Step:
    """`minutes` in the plan for a whole lesson, `least` where time is short."""

    id: str
    minutes: int
    least: int
    optional: bool
    title: str
    click: str
    ask: str
    pupils: str  # what the class does
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Slot:
    """A step from one minute of the lesson to another."""

    step: Step
    begins: int
    ends: int


@cache
def steps(language: str, lesson: Lesson = "pictures") -> tuple[Step, ...]:
    rows = json.loads((FOLDER / "lesson_plan.json").read_text(encoding="utf-8"))[lesson]
    told = _told(language)
    return tuple(_step(row, told[row["id"]]) for row in rows)


def before(language: str, lesson: Lesson = "pictures") -> str:
    """What to do the evening before."""
    name = "before" if lesson == "pictures" else f"before_{lesson}"
    return str(_told(language)[name]["click"])


def fit(found: Iterable[Step], total: int) -> list[Slot]:
    """The steps in `total` minutes, to the minute.  Optional ones go first, the longest of them
    first; if even the least is too much, every step still gets its share."""
    kept = list(found)
    while sum(s.least for s in kept) > total and any(s.optional for s in kept):
        kept.remove(max((s for s in kept if s.optional), key=lambda s: s.least))
    lengths = _shared([s.minutes for s in kept], [s.least for s in kept], total)
    ends = [sum(lengths[: n + 1]) for n in range(len(kept))]
    return [Slot(s, end - length, end) for s, length, end in zip(kept, lengths, ends, strict=True)]


def _shared(usual: Sequence[int], least: Sequence[int], total: int) -> list[int]:
    """Whole minutes that sum to `total`: the least, and the rest in proportion to what is usual.

    A part that is left over goes where the fraction is largest (Hamilton's method).
    """
    base = least if sum(least) <= total else [0] * len(least)
    weights = [u - b for u, b in zip(usual, base, strict=True)]
    rest = total - sum(base)
    if sum(weights) < rest:  # more time than usual: in proportion to the whole step
        base, weights, rest = [0] * len(usual), list(usual), total
    exact = [rest * w / sum(weights) for w in weights]
    lengths = [b + int(e) for b, e in zip(base, exact, strict=True)]
    by_fraction = sorted(range(len(exact)), key=lambda n: int(exact[n]) - exact[n])
    for n in by_fraction[: total - sum(lengths)]:
        lengths[n] += 1
    return lengths


@cache
def _told(language: str) -> dict[str, Any]:
    file = FOLDER / language / "lesson_plan.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _step(row: dict[str, Any], told: dict[str, Any]) -> Step:
    links = [
        Link(link["page"], words, _settings(link))
        for link, words in zip(row["links"], told["links"], strict=True)
    ]
    return Step(
        row["id"],
        row["minutes"],
        row["least"],
        row.get("optional", False),
        told["title"],
        told["click"],
        told["ask"],
        told["class"],
        tuple(links),
    )


def _settings(link: dict[str, Any]) -> FineTuneSpec | None:
    if "preset" not in link:
        return None
    found = experiments()[link["preset"]].specs[link["spec"]]
    assert isinstance(found, FineTuneSpec)
    return found
