"""One sentence of the corpus with what is known about it, by construction."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tlcore.data.corpus.words import capital

KINDS = ("scene", "sense", "sentiment", "fact", "question", "entity", "list", "pair", "korean")
SPLITS = ("train", "valid", "test_template", "test_fact")
TYPES = {"P": "person", "O": "organisation", "L": "town", "T": "target", "A": "answer"}
_MARK = re.compile("[\x01\x02]")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of the text; `kind` is one of TYPES."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` is what is written; the rest is known of it.  Not every kind has every part."""

    text: str
    kind: str
    template: str  # the derivation without its content words
    label: str = ""  # sense ("bank.river"), sentiment ("positive"), answer of a list
    spans: tuple[Span, ...] = ()
    fact: str = ""  # "Mira Holm / job"
    question: str = ""  # with `answer`, a span of kind "answer" in the text
    translation: str = ""  # Korean

    def found(self, kind: str) -> tuple[str, ...]:
        """The words of its spans of that kind."""
        return tuple(self.text[s.start : s.end] for s in self.spans if s.kind == kind)

    @property
    def answer(self) -> str:
        return (self.found("answer") or ("",))[0]


def finished(marked: str) -> tuple[str, tuple[Span, ...]]:
    """Text with a capital at its beginning, marks taken out and kept as spans.

    Marks nest ("the farmer" may be an answer that holds a name): a stack closes them.
    """
    marked = capital(marked)
    if "\x01" not in marked:
        return marked, ()
    parts: list[str] = []
    spans: list[Span] = []
    opened: list[tuple[int, str]] = []
    length = place = 0
    for found in _MARK.finditer(marked):
        part = marked[place : found.start()]
        parts.append(part)
        length += len(part)
        place = found.end()
        if found.group() == "\x01":
            opened.append((length, TYPES[marked[place]]))
            place += 1
        else:
            start, kind = opened.pop()
            spans.append(Span(start, length, kind))
    parts.append(marked[place:])
    return "".join(parts), tuple(sorted(spans, key=lambda s: (s.start, -s.end)))
