"""How much of a wanted text a written one has: exact match, and F1 over single words or letters.

ROUGE-1 (Lin 2004) is this F1 over words.  Korean is compared letter by letter (syllables): a wrong
particle then costs one syllable, not a whole word.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal

Unit = Literal["words", "letters"]
_WORD = re.compile(r"\w+")


def units(text: str, by: Unit) -> list[str]:
    """Without capitals and marks."""
    words = _WORD.findall(text.casefold())
    return words if by == "words" else list("".join(words))


def exact(said: str, wanted: str) -> bool:
    """The same words in the same order; capitals, marks and spaces do not count."""
    return units(said, "letters") == units(wanted, "letters")


def f1(said: str, wanted: str, by: Unit = "words") -> float:
    """Of the units of both texts, each as often as it stands there: 0 ... 1; 1 of two empty ones.

    precision = shared / said, recall = shared / wanted, F1 = 2 x shared / (said + wanted).
    """
    first, second = Counter(units(said, by)), Counter(units(wanted, by))
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 1.0
