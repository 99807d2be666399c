"""Sentence patterns as data: `weight | tenses, conditions | text with {fields}`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tlcore.data.corpus.lexicon import lines

_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Field:
    """{name.form@tense|cap} or {name:flags}."""

    name: str
    form: str = ""
    tense: str = ""
    flags: str = ""
    capital: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    id: str
    tenses: str
    conditions: str
    parts: tuple[str | Field, ...]


def compiled(text: str) -> tuple[str | Field, ...]:
    parts: list[str | Field] = []
    place = 0
    for found in _FIELD.finditer(text):
        if found.start() > place:
            parts.append(text[place : found.start()])
        parts.append(_field(found.group(1)))
        place = found.end()
    if place < len(text):
        parts.append(text[place:])
    return tuple(parts)


def _field(text: str) -> Field:
    text, _, capital = text.partition("|")
    text, _, flags = text.partition(":")
    text, _, tense = text.partition("@")
    name, _, form = text.partition(".")
    return Field(name, form, tense, flags, capital == "cap")


def weighted(text: str) -> tuple[Pattern, ...]:
    """Each pattern as often as its weight: one draw picks by weight."""
    found: list[Pattern] = []
    for number, (weight, when, *rest) in enumerate(lines(text)):
        tenses, _, conditions = when.partition(",")
        pattern = Pattern(str(number), tenses, conditions, compiled("|".join(rest)))
        found += [pattern] * int(weight)
    return tuple(found)


def spread(text: str) -> tuple[str, ...]:
    """ "past 40, pres 11" as a tuple in which each stands as often as its weight."""
    found: list[str] = []
    for entry in text.split(","):
        name, weight = entry.split()
        found += [name] * int(weight)
    return tuple(found)


def choices(section: dict[str, Any]) -> dict[str, tuple[tuple[str | Field, ...], ...]]:
    """Word lists: each entry is a pattern too, so that "to help {hum}" can be one."""
    return {
        name: tuple(compiled(option) for option in text.split("|"))
        for name, text in section.items()
    }
