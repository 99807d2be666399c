"""The written sets: short texts made for this project one by one, not drawn from its grammar.

They are what a text model is *tried* on; how they were made, what each is for and what it must not
be used for stands in assets/samples/text/card.json, in both languages.  Offsets count characters
(not bytes, not tokens) from 0; `text[start:end]` is the word or the span.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from tlcore.ground.paths import ASSETS

FOLDER = ASSETS / "samples" / "text"
TRAIN, TEST = "train", "test"


@dataclass(frozen=True)
class Review:
    text: str
    label: str  # "positive" or "negative"
    domain: str  # what is reviewed: film, meal, shop, game, book, travel, app, course
    hard: str  # why single words mislead: "contrast", "negation", "irony"; "" where they do not
    split: str


@dataclass(frozen=True)
class Document:
    text: str  # two to four sentences
    topic: str  # sport, health, money, travel, law
    split: str


@dataclass(frozen=True)
class WordInContext:
    """One sentence in which `word` stands once, beginning at character `start`."""

    word: str
    sense: str
    start: int
    text: str
    cue: str = ""  # the other word that gives the sense away; written down for English only

    @property
    def end(self) -> int:
        return self.start + len(self.word)


@dataclass(frozen=True)
class Question:
    ask: str
    start: int
    text: str  # the answer, as it stands in the passage from `start`


@dataclass(frozen=True)
class Passage:
    passage: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Span:
    start: int
    end: int
    kind: str  # "person", "place" or "organisation"; a title belongs to the name ("Dr Otieno")


@dataclass(frozen=True)
class Named:
    text: str
    spans: tuple[Span, ...]  # in order, never overlapping; none in some sentences, on purpose


@dataclass(frozen=True)
class Line:
    speaker: str
    situation: str  # what the player does, or what the talk is about
    text: str
    split: str


@dataclass(frozen=True)
class Summarised:
    text: str
    summary: str  # one sentence


@dataclass(frozen=True)
class Pair:
    english: str
    korean: str


def reviews(split: str | None = None) -> tuple[Review, ...]:
    """400 reviews, half of them positive; of one split, or all."""
    return tuple(r for r in _reviews() if split in (None, r.split))


def documents(split: str | None = None) -> tuple[Document, ...]:
    """400 documents, 80 to a topic; of one split, or all."""
    return tuple(d for d in _documents() if split in (None, d.split))


@cache
def bank() -> tuple[WordInContext, ...]:
    """40 sentences, 20 of a bank with money and 20 of a river's.  To be asked, never tuned on."""
    return _in_context("bank.csv")


@cache
def senses() -> tuple[WordInContext, ...]:
    """Nine more English words of two senses each, eight sentences a sense."""
    return _in_context("senses.csv")


@cache
def korean() -> tuple[WordInContext, ...]:
    """배 (three senses), 눈, 다리, 밤 (two each): twelve sentences a sense."""
    return _in_context("korean.csv")


@cache
def passages() -> tuple[Passage, ...]:
    """60 passages with two questions each; every answer is a span of its passage."""
    return tuple(
        Passage(row["passage"], tuple(Question(**q) for q in row["questions"]))
        for row in _records("questions.json")
    )


@cache
def named() -> tuple[Named, ...]:
    """150 sentences with the spans of persons, places and organisations."""
    return tuple(
        Named(row["text"], tuple(Span(**span) for span in row["spans"]))
        for row in _records("entities.json")
    )


def dialogue(speaker: str | None = None, split: str | None = None) -> tuple[Line, ...]:
    """Lines of two characters of a game that does not exist; of one of them, of one split."""
    return tuple(
        line
        for line in _dialogue()
        if speaker in (None, line.speaker) and split in (None, line.split)
    )


@cache
def summaries() -> tuple[Summarised, ...]:
    """12 passages, each with a summary of one sentence."""
    return tuple(Summarised(**row) for row in _records("summaries.json"))


@cache
def translations() -> tuple[Pair, ...]:
    """60 short English sentences and one good Korean wording of each (others are possible)."""
    return tuple(Pair(**row) for row in _table("translation.csv"))


@cache
def card(language: str) -> dict[str, Any]:
    """Licence, how the sets were made, and for each file its size, its use and its limits."""
    told = json.loads((FOLDER / "card.json").read_text(encoding="utf-8"))
    sets = {
        name: {"rows": row["rows"], "is": row["is"][language], "use": row["use"][language]}
        for name, row in told["sets"].items()
    }
    general = {key: told[key][language] for key in ("licence", "made", "limits")}
    return {**general, "sets": sets}


@cache
def _reviews() -> tuple[Review, ...]:
    return tuple(Review(**row) for row in _table("sentiment.csv"))


@cache
def _documents() -> tuple[Document, ...]:
    return tuple(Document(**row) for row in _table("topics.csv"))


@cache
def _dialogue() -> tuple[Line, ...]:
    return tuple(Line(**row) for row in _table("dialogue.csv"))


def _in_context(name: str) -> tuple[WordInContext, ...]:
    return tuple(
        WordInContext(r["word"], r["sense"], int(r["start"]), r["text"], r.get("cue", ""))
        for r in _table(name)
    )


def _table(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _records(name: str) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return records
