"""The words of the field: one short sentence each, in both languages, linked from the lessons.

In a lesson `[[freeze depth]]` or `[[freeze depth|frozen blocks]]` names a term; which terms there
are, and in which order, says assets/lessons/terms.json, once for all languages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from tlcore.ground.paths import ASSETS

FOLDER = ASSETS / "lessons"
MARK = re.compile(r"\[\[([^\[\]|]+)(?:\|([^\[\]]+))?\]\]")


@dataclass(frozen=True)
class Term:
    """`id` is the English word in small letters; `see` the page where it is an experiment."""

    id: str
    group: str
    see: str
    word: str
    short: str  # one sentence, without Markdown: it is also the title of a link
    more: str  # what else is worth saying, Markdown; may be empty


@cache
def terms(language: str) -> dict[str, Term]:
    """All terms of one language in the order of the lesson."""
    listed = json.loads((FOLDER / "terms.json").read_text(encoding="utf-8"))
    told = json.loads((FOLDER / language / "glossary.json").read_text(encoding="utf-8"))
    return {row["id"]: Term(**row, **told[row["id"]]) for row in listed}


def linked(text: str, link: Callable[[str, str], str]) -> str:
    """Every mark replaced by link(term, words): a link, or the words as they are."""
    return MARK.sub(lambda found: link(found[1], found[2] or found[1]), text)


def plain(text: str) -> str:
    """A lesson without its marks."""
    return linked(text, lambda _, words: words)


def find(query: str, language: str) -> list[Term]:
    """Terms whose word, English word or sentence holds `query`, whatever its case."""
    sought = query.strip().casefold()
    found = terms(language).values()
    return [t for t in found if sought in f"{t.id} {t.word} {t.short} {t.more}".casefold()]
