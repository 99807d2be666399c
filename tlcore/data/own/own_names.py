"""Names that readers give, or that their files bring: made fit to be kept and shown.

What a name may do to a page is the page's to prevent (it escapes); here go the characters that
no reader typed on purpose: controls, marks that turn the direction of text, halves of pairs.
"""

from __future__ import annotations

import unicodedata

from tlcore.ground.errors import UserError

LONGEST = 40  # characters, of a class as of a file
_READ = 1_000  # characters of a name that are looked at: normalising is no place to be kept busy


def tidy(text: str) -> str:
    """At most LONGEST characters, NFC, one space where there were several; may be empty."""
    found = unicodedata.normalize("NFC", text[:_READ])
    spaced = "".join(" " if c.isspace() else c for c in found)
    shown = "".join(c for c in spaced if not unicodedata.category(c).startswith("C"))
    return " ".join(shown.split())[:LONGEST].strip()


def label(text: str) -> str:
    """The name of a class.  Raises UserError("own.no_name") where nothing is left of it."""
    name = tidy(text)
    if not any(c.isalnum() or unicodedata.category(c) == "So" for c in name):  # an emoji will do
        raise UserError("own.no_name")
    return name


def file(text: str) -> str:
    """The last part of a path, to tell a reader which file is meant; never a path on this disk."""
    last = text[-_READ:].replace("\\", "/").rstrip("/").rpartition("/")[2]
    stem, dot, kind = last.rpartition(".")
    if dot and len(last) > LONGEST and len(kind) <= 5:
        return tidy(stem)[: LONGEST - len(kind) - 2] + "…." + tidy(kind)
    return tidy(last) or "?"


def same(one: str, other: str) -> bool:
    """Whether two classes would be told apart by their letters' size alone."""
    return one.casefold() == other.casefold()
