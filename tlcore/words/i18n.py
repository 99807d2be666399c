"""Words in two languages: short texts by key, lessons as Markdown files.

A text lives in assets/locale/<language>/*.json under a dotted key; a test holds that every key
exists in every language with the same {placeholders}.
"""

from __future__ import annotations

import json
from functools import cache, partial
from typing import Any, Literal

from tlcore.ground import errors
from tlcore.ground.errors import UserError
from tlcore.ground.paths import ASSETS

Medium = Literal["page", "command", "code"]  # where a sentence is read
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


def tell(error: UserError, language: str, read_in: Medium = "page") -> str:
    """A UserError as sentences: what happened, what is allowed, what to do next.

    Away from a page nobody sees its controls: `error.<key>.plain` goes before `error.<key>` where
    there is one, and a setting is called what one types there.
    """
    if error.key == "spec.invalid":
        problems = error.values["problems"]
        assert isinstance(problems, list)
        told = (tell(UserError(key, **values), language, read_in) for key, values in problems)
        return " ".join(told)
    values, key = dict(error.values), f"error.{error.key}"
    if read_in != "page" and f"{key}.plain" in texts(language):
        key = f"{key}.plain"
    if "field" in values:
        values["field"] = _field(str(values["field"]), language, read_in)
    return t(key, language, **values)


def _field(field: str, language: str, read_in: Medium) -> str:
    if read_in == "command":
        return f"--{field.replace('_', '-')}"
    return field if read_in == "code" else texts(language).get(f"field.{field}", field)


errors.english = partial(tell, language="en", read_in="code")  # where nobody translates
