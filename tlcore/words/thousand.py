"""ImageNet's 1,000 classes by their names, in whichever language."""

from __future__ import annotations

import unicodedata
from functools import cache

from tlcore.words import i18n

CLASSES = 1_000


def folded(word: str) -> str:
    """As one compares words: without their case and their spaces."""
    return "".join(unicodedata.normalize("NFKC", word).casefold().split())


@cache
def _names() -> list[tuple[str, ...]]:
    """Of each class, in each language."""
    return [
        tuple(i18n.t(f"imagenet.{number}", each).casefold() for each in i18n.LANGUAGES)
        for number in range(CLASSES)
    ]


def having(word: str) -> list[int]:
    """Numbers of the classes whose name has this in it."""
    asked = folded(word)
    found = enumerate(_names() if asked else [])
    return [number for number, each in found if any(asked in folded(name) for name in each)]


def meaning(word: str) -> list[int]:
    """Those whose name is this; where none is, those that end with it as a word of its own, or in
    Korean with two syllables and more: a coffee mug is a mug, 아프리카코끼리 is a 코끼리, but not
    every 솔개 a 개."""
    asked = folded(word)
    names = _names() if asked else []
    same = [n for n, each in enumerate(names) if asked in map(folded, each)]
    found = same or [n for n, each in enumerate(names) if any(_ends(x, word) for x in each)]
    if not found and asked.isascii() and asked.endswith("s") and len(asked) > 3:  # ants
        return meaning(word.strip()[:-1])
    return found


def _ends(name: str, word: str) -> bool:
    asked = " ".join(word.casefold().split())
    joined = len(folded(word)) > 1 and all("가" <= letter <= "힣" for letter in folded(word))
    return name.endswith(f" {asked}") or (joined and folded(name).endswith(folded(word)))
