"""Subjects, actions and times of English and Korean pairs, drawn in both languages at once."""

from __future__ import annotations

from dataclasses import dataclass

from tlcore.data.corpus.clause import join
from tlcore.data.corpus.dice import Dice
from tlcore.data.corpus.hangul import Predicate, particle
from tlcore.data.corpus.lexicon import Verb, lexicon, lines, read
from tlcore.data.corpus.words import article, plural

NUMBERS = (("two", "두"), ("three", "세"), ("four", "네"), ("five", "다섯"))
LASTING = "lose|find|meet|open|close|get up early|come home|choose|go to"  # no "is losing now"
UNWISHED = "lose|find"


@dataclass(frozen=True, slots=True)
class Subject:
    english: str
    korean: str
    person: str

    @property
    def third(self) -> bool:
        return self.person == "3"


@dataclass(frozen=True, slots=True)
class Action:
    """A verb with its object and place, in both languages."""

    verb: Verb
    rest: str  # "the piano", "for the bus at the station"
    korean: str  # what stands before the predicate
    predicate: Predicate
    english: str

    def said(self, form: str) -> str:
        return join(str(getattr(self.verb, form)), self.rest)


class PairParts:
    def __init__(self, dice: Dice) -> None:
        told = read("korean")
        self.dice, self.trace = dice, list[str]()
        self.subjects = [Subject(*fields) for fields in lines(told["subjects"]["all"])]
        self.nouns = {name: lines(text) for name, text in told["nouns"].items()}
        self.adjectives = {name: lines(text) for name, text in told["adjectives"].items()}
        self.verbs = lines(told["verbs"]["all"])
        self.places = {key: (en, ko) for key, en, ko in lines(told["places"]["all"])}
        self.times = {name: lines(text) for name, text in told["times"].items()}
        self.because, self.whether = (
            {key: lines(text) for key, text in told["reasons"].items()},
            lines(told["reasons"]["if"]),
        )
        self.jobs, self.spots = lines(told["jobs"]["all"]), lines(told["spots"]["all"])

    def _subject(self) -> Subject:
        found = self.dice.pick(self.subjects)
        self.trace.append(found.person)
        return found

    def _action(self, placed: bool = True, without: str = "") -> Action:
        while True:
            base, stem, linked, future, objects, places = self.dice.pick(self.verbs)
            if base not in without.split("|") and not (
                without == LASTING and base.startswith("go to")
            ):
                break
        name, _, particle_word = base.partition(" ")
        rest, korean = [particle_word], []
        if placed and places != "-" and self.dice.chance(0.5):
            where, here = self.places[self.dice.pick(places.split())]
            korean.append(here + "에서")
            self.trace.append("place")
        else:
            where = ""
        if objects != "-":
            english, there = self._object(objects)
            rest.append(english)
            korean.append(particle(there, "을"))
        rest.append(where)
        verb = lexicon().verb(name)
        return Action(verb, join(*rest), " ".join(korean), Predicate(stem, linked, future), base)

    def _object(self, name: str) -> tuple[str, str]:
        english, korean, counter = self.dice.pick(self.nouns[name])
        if name in self.adjectives and self.dice.chance(0.3):
            known = self.adjectives[name]
            if counter in ("-", "p"):
                known = [a for a in known if a[0] not in ("big", "small")] or known
            adjective, before, _ = self.dice.pick(known)
            english, korean = f"{adjective} {english}", f"{before} {korean}"
            self.trace.append("A")
        roll = self.dice.random()
        shape = counter if counter in ("-", "p", "0", "-s") else "N"
        if shape == "0":
            text = english
        elif shape in ("-", "p"):
            text = english if roll < 0.5 else f"the {english}"
        elif roll < 0.4 and shape == "N":
            text = f"{article(english)} {english}"
        elif roll < 0.6 and shape == "N":
            count, number = self.dice.pick(NUMBERS)
            text, korean = f"{count} {plural_of(english)}", f"{korean} {number} {counter}"
            shape = "#"
        elif roll < 0.7 and shape in ("N", "-s"):
            text, korean, shape = f"this {english}", f"이 {korean}", "this"
        else:
            text = f"the {english}"
        self.trace.append(shape)
        return text, korean

    def _time(self, tense: str, share: float = 0.6) -> tuple[str, str]:
        if not self.dice.chance(share):
            return "", ""
        self.trace.append("time")
        english, korean = self.dice.pick(self.times[tense])
        return english, korean

    def _head(self, action: Action, who: Subject, tense: str, negated: bool) -> str:
        if tense == "prog":
            be = {"1": "am", "3": "is"}.get(who.person, "are")
            return join(be, "not" if negated else "", action.said("ing"))
        if tense == "fut":
            return join("will not" if negated else "will", action.said("base"))
        if negated:
            helper = "did" if tense == "past" else "does" if who.third else "do"
            return f"{helper} not {action.said('base')}"
        if tense == "past":
            return action.said("past")
        return action.said("third" if who.third else "base")

    def _tense(self) -> str:
        tense = self.dice.pick(("past", "past", "past", "pres", "pres", "fut", "fut", "prog"))
        self.trace.append(tense)
        return tense


def plural_of(english: str) -> str:
    """Of a noun with an adjective before it: the last word changes."""
    known = {"potato": "potatoes", "tomato": "tomatoes"}
    head, _, last = english.rpartition(" ")
    return join(head, known.get(last) or plural(last))
