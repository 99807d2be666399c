"""The words of assets/language/lexicon.toml: nouns by class, verbs, adjectives, names."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from tlcore.data.corpus import words
from tlcore.ground.paths import ASSETS

FOLDER = ASSETS / "language"


@dataclass(frozen=True, slots=True)
class Noun:
    """`many` is None for what cannot be counted, `one` for what has no singular."""

    one: str | None
    many: str | None
    home: str  # the class that gives its adjectives
    human: bool
    gender: str  # "she", "he", "it", or "" where either will do
    fixed: str = ""  # "the" or "bare" where the noun takes no other article


@dataclass(frozen=True, slots=True)
class Verb:
    base: str
    third: str
    past: str
    participle: str
    ing: str
    particle: str  # "up" of pick up
    stative: bool
    meant: bool  # one can want to do it


@dataclass(frozen=True, slots=True)
class Adjective:
    plain: str
    more: str
    most: str
    graded: bool  # can be very so
    alone: bool  # can follow "is"


@cache
def read(name: str) -> dict[str, Any]:
    """One file of assets/language by its name, without ending."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def lines(text: str) -> list[list[str]]:
    """The fields of each line that is not empty, split at "|"."""
    return [
        [field.strip() for field in line.split("|")]
        for line in text.splitlines()
        if line.strip() and not line.lstrip().startswith("#")
    ]


class Lexicon:
    def __init__(self) -> None:
        told = read("lexicon")
        self.people = frozenset(told["human"]["classes"].split())
        self._she, self._he = told["human"]["she"].split(), told["human"]["he"].split()
        self.names: dict[str, tuple[str, ...]] = {
            key: tuple(word.replace("_", " ") for word in text.split())
            for key, text in told["names"].items()
        }
        self._verbs: dict[str, Verb] = {}
        self._forms = {
            (forms := entry.split())[0]: forms
            for entry in told["verbs"]["irregular"].replace("\n", "|").split("|")
            if entry.strip()
        }
        self._doubling = frozenset(told["verbs"]["doubling"].split())
        self._accidental = frozenset(told["verbs"]["accidental"].split())
        self.no_passive = frozenset(told["verbs"]["no_passive"].split())
        self.giving = frozenset(told["verbs"]["giving"].split())
        self.placeless = frozenset(told["verbs"]["placeless"].split())
        self.ownable = frozenset(told["verbs"]["ownable"].split())
        self.buyable = self.ownable | frozenset(told["verbs"]["buyable"].split())
        self._stative = frozenset(told["verbs"]["stative"].split())
        self.adjectives = {
            key: tuple(_adjective(word) for word in text.split())
            for key, text in told["adjectives"].items()
        }
        self.classes: dict[str, tuple[Noun, ...]] = {}
        self._known: dict[str, Noun] = {}
        self._alone: dict[str, tuple[Noun, ...]] = {}
        for name, text in told["nouns"].items():
            self.classes[name] = tuple(self._nouns(name, text, told["nouns"]))
        for fixed, text in told["single"].items():
            for entry in text.split():
                noun = self._noun(entry, "", fixed)
                self._known[entry.split(":")[0]] = noun

    def _nouns(self, name: str, text: str, told: dict[str, str]) -> list[Noun]:
        found: list[Noun] = []
        for entry in text.split():
            if entry.startswith("@"):
                found += self._nouns(entry[1:], told[entry[1:]], told)
                continue
            noun = self._noun(entry, name)
            self._known.setdefault(entry.split("=")[0].split(":")[0], noun)
            found.append(noun)
        return found

    def _noun(self, entry: str, home: str, fixed: str = "") -> Noun:
        word, _, kind = entry.partition(":")
        one, _, many = word.replace("_", " ").partition("=")
        human = home in self.people or one in self.people
        gender = "she" if one in self._she else "he" if one in self._he else "" if human else "it"
        if kind == "m":
            return Noun(one, None, home, human, gender, fixed)
        if kind == "p":
            return Noun(None, one, home, human, gender, fixed)
        return Noun(one, many or words.plural(one), home, human, gender, fixed)

    def of(self, name: str) -> tuple[Noun, ...]:
        """The nouns of a class; a word that is no class stands for itself."""
        if name in self.classes:
            return self.classes[name]
        if name not in self._alone:
            self._alone[name] = (self._known.get(name) or self._noun(name, name),)
        return self._alone[name]

    def is_class(self, name: str) -> bool:
        return name in self.classes

    def verb(self, name: str) -> Verb:
        """`pick_up` has the particle "up"."""
        if name not in self._verbs:
            base, _, particle = name.partition("_")
            twice = base in self._doubling
            forms = self._forms.get(base)
            done = words.past(base, twice)
            _, past, participle = forms or (base, done, done)
            self._verbs[name] = Verb(
                base,
                words.third(base),
                past,
                participle,
                words.ing(base, twice),
                particle.replace("_", " "),
                base in self._stative,
                base not in self._accidental | self._stative,
            )
        return self._verbs[name]

    def adjectives_of(self, noun: Noun) -> tuple[Adjective, ...]:
        """What can be said of it; people share one list, all else has one for its class."""
        if noun.home in self.adjectives:
            return self.adjectives[noun.home]
        return self.adjectives["human" if noun.human else "any"]


def _adjective(entry: str) -> Adjective:
    word = entry.rstrip("+-*")
    graded, alone = entry[-1] not in "-*", entry[-1] != "*"
    return Adjective(word, *words.compared(word, entry.endswith("+")), graded, alone)


@cache
def lexicon() -> Lexicon:
    return Lexicon()
