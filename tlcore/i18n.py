"""Words in two languages: short texts by key, lessons as Markdown files.

A text lives in assets/locale/<language>/*.json under a dotted key; a test holds that every key
exists in every language with the same {placeholders}.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from tlcore.errors import UserError
from tlcore.paths import ASSETS

LANGUAGES = {"en": "English", "ko": "한국어"}


@cache
def texts(language: str) -> dict[str, str]:
    """All short texts of one language."""
    found: dict[str, str] = {}
    for file in sorted((ASSETS / "locale" / language).glob("*.json")):
        found |= json.loads(file.read_text(encoding="utf-8"))
    return found


def t(key: str, language: str, **values: Any) -> str:
    """The text under `key`.  A missing key is a bug, and says so at once."""
    return texts(language)[key].format(**values)


def words(prefix: str, language: str) -> dict[str, str]:
    """Every text whose key starts with `prefix.`: what a component of that name is given."""
    return {k: v for k, v in texts(language).items() if k.startswith(prefix + ".")}


@cache
def lesson(name: str, language: str) -> str:
    """The Markdown of one lesson part, e.g. lesson("why_transfer.story", "ko")."""
    return (ASSETS / "lessons" / language / f"{name}.md").read_text(encoding="utf-8")


def tell(error: UserError, language: str) -> str:
    """A UserError as sentences: what happened, what is allowed, what to do next."""
    if error.key == "spec.invalid":
        problems = error.values["problems"]
        assert isinstance(problems, list)
        return " ".join(tell(UserError(key, **values), language) for key, values in problems)
    values = dict(error.values)
    if "field" in values:
        field = str(values["field"])
        values["field"] = texts(language).get(f"field.{field}", field)
    return t(f"error.{error.key}", language, **values)
