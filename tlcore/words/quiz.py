"""Questions about each lesson, with a reason for every answer, in both languages.

assets/lessons/<language>/quiz.json holds them by page; a teacher edits them without code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from tlcore.ground.paths import ASSETS


@dataclass(frozen=True)
class Option:
    says: str
    why: str  # why it is right, or what is wrong with it


@dataclass(frozen=True)
class Question:
    ask: str
    right: int  # number of an option, from 0
    options: tuple[Option, ...]


@cache
def lessons(language: str) -> dict[str, tuple[Question, ...]]:
    """Page -> its questions, in the order of the lesson."""
    file = ASSETS / "lessons" / language / "quiz.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    return {page: tuple(map(_question, rows)) for page, rows in told.items()}


def score(questions: tuple[Question, ...], first: dict[int, int]) -> tuple[int, int]:
    """(right at the first try, tried); `first`: number of a question -> its first answer."""
    right = sum(questions[number].right == answer for number, answer in first.items())
    return right, len(first)


def _question(row: dict[str, object]) -> Question:
    options = row["options"]
    assert isinstance(options, list)
    return Question(str(row["ask"]), int(str(row["right"])), tuple(Option(**o) for o in options))
