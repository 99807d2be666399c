"""Where a word stands in a reader's sentences.  Any text has an answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

MOST_SENTENCES, LONGEST, LONGEST_WORD = 24, 300, 40  # characters
MOST = 30  # occurrences that are looked at
# Scripts that put no space between words, and Korean, whose particles stick to the word.
UNSPACED = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
HANGUL = re.compile("[가-힣]")


@dataclass(frozen=True)
class Occurrence:
    """Characters `start` to `end` of sentence number `sentence`, from 0."""

    sentence: int
    start: int
    end: int


def lines(text: str) -> tuple[str, ...]:
    """A sentence a line; empty ones are none.  Letters that were typed, or pasted, as a letter and
    its accents or as Korean jamo become one sign (NFC), so that a word finds itself."""
    found = (line.strip() for line in composed(text).splitlines())
    return tuple(line for line in found if line)


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def find(word: str, sentences: Sequence[str]) -> list[Occurrence]:
    """Every place, in reading order.  Capitals do not matter; the form does: "bank" is not in
    "banks".  A Korean word may go on ("배" is in "배를", and in "배우" too)."""
    pattern = _pattern(word)
    return [
        Occurrence(number, *found.span())
        for number, sentence in enumerate(sentences)
        for found in pattern.finditer(sentence)
    ]


def missing(found: Sequence[Occurrence], sentences: Sequence[str]) -> list[int]:
    """Numbers of the sentences without the word, from 0."""
    return sorted(set(range(len(sentences))) - {one.sentence for one in found})


def _pattern(word: str) -> re.Pattern[str]:
    before, after = r"(?<!\w)", r"(?!\w)"
    if UNSPACED.search(word):
        before = after = ""
    elif HANGUL.search(word[-1:]):
        after = ""
    return re.compile(before + re.escape(word) + after, re.IGNORECASE)
