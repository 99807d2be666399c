"""Events: who can do what to what.  A line of scenes.toml becomes parts that a clause can fill.

farmer/person | feed | {farm_animal} with {hay/corn} | cq
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tlcore.data.corpus.lexicon import Lexicon, Verb, lines, read
from tlcore.data.corpus.phrase import CLOSE, mark


@dataclass(frozen=True, slots=True)
class Slot:
    """A noun phrase of that class, with flags."""

    spec: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these sequences of parts."""

    options: tuple[tuple[object, ...], ...]


Parts = tuple[object, ...]  # str, Slot or Choice


@dataclass(frozen=True, slots=True)
class Event:
    subjects: tuple[str, ...]
    verb: Verb
    parts: Parts
    how: str
    human: bool
    moves: bool  # begins with an object: has a passive
    skeleton: str  # its words of grammar, content words as "_"

    @property
    def meant(self) -> bool:
        """A person does it on purpose."""
        return self.human and self.verb.meant and "x" not in self.how

    @property
    def placed(self) -> bool:
        """Takes a place of its own."""
        return "-" not in self.how


_TARGET = re.compile(r"\*(\w+)\*")
_GROUP = re.compile(r"\{")


def parse(text: str, words: Lexicon) -> Parts:
    """Literal text, {class:flags} and {this/that}, nested."""
    parts: list[object] = []
    place = 0
    while True:
        found = _GROUP.search(text, place)
        if not found:
            break
        start = found.start()
        if start > place:
            parts.append(text[place:start])
        depth, end = 1, start + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        parts.append(_inside(text[start + 1 : end - 1], text[:start], words))
        place = end
    if place < len(text):
        parts.append(text[place:])
    return tuple(parts)


def _inside(text: str, before: str, words: Lexicon) -> object:
    options = _split(text)
    if len(options) == 1:
        return Slot(text)
    literal = before.endswith(("the ", "a ", "OWN ", "an ", f"{CLOSE} "))
    found: list[Parts] = []
    for option in options:
        name = option.split(":")[0]
        one_word = re.fullmatch(r"[a-z_]+(:[a-z]+)*", option)
        if one_word and not literal and (":" in option or words.is_class(name)):
            found.append((Slot(option),))
        else:
            found.append(parse(option, words))
    return Choice(tuple(found))


def _split(text: str) -> list[str]:
    """At "/" outside inner braces."""
    found, depth, last = [], 0, 0
    for i, letter in enumerate(text):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == "/" and not depth:
            found.append(text[last:i])
            last = i + 1
    return [*found, text[last:]]


def skeleton(text: str) -> str:
    """The pattern without its content words, so that lines of one shape share a template."""
    text = re.sub(r"\{[^{}/]*\}", "NP", text)
    text = re.sub(r"\{[^{}]*\}", "_", text)
    text = re.sub(r"\{[^{}]*\}", "_", text)
    kept = {"NP", "_", *read("grammar")["skeleton"]["words"].split()}
    said = (w if w in kept else "w" for w in text.split())
    return " ".join(said)


def events(text: str, words: Lexicon) -> tuple[Event, ...]:
    """Every line of a scene."""
    found = []
    for fields in lines(text):
        who, verb, rest = (_TARGET.sub(mark("T", r"\1"), field) for field in fields[:3])
        how = fields[3] if len(fields) > 3 else ""
        subjects = tuple(who.split("/"))
        human = "person" in subjects or _are_people(subjects[0], words)
        parts = parse(rest, words)
        moves = bool(parts) and _is_object(parts[0]) and verb not in words.no_passive
        shape = skeleton(rest)
        found.append(Event(subjects, words.verb(verb), parts, how, human, moves, shape))
    return tuple(found)


def _are_people(subject: str, words: Lexicon) -> bool:
    return not subject.startswith('"') and words.of(subject.split(":")[0])[0].human


def _is_object(part: object) -> bool:
    """A noun phrase at the front; of a choice all options must begin with one."""
    if isinstance(part, Slot):
        return "own" not in part.spec and "bare" not in part.spec
    if isinstance(part, Choice):
        return all(option and _is_object(option[0]) for option in part.options)
    return False
