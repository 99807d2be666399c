"""Sentences that say a fact of the invented world, and questions that such a text answers."""

from __future__ import annotations

import re
from typing import Any

from tlcore.data.corpus.dice import Dice, bucket
from tlcore.data.corpus.lexicon import lexicon, read
from tlcore.data.corpus.phrase import mark
from tlcore.data.corpus.sentence import Sentence, finished
from tlcore.data.corpus.sentiment import mended
from tlcore.data.corpus.words import article
from tlcore.data.corpus.world import Fact, facts, of

HELD_FACTS = 8  # % that no training sentence tells
_GAP = re.compile(r"\{(a what|what|who)\}")


def held_out(fact: str) -> bool:
    """Whether this fact is kept for the test, by its id alone."""
    return bucket(f"fact/{fact}") < HELD_FACTS


def _ways(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


class Facts:
    def __init__(self, dice: Dice) -> None:
        told: dict[str, Any] = read("facts")
        self.dice = dice
        self.relations = told["relation"]
        self.say = {name: _ways(about["say"]) for name, about in self.relations.items()}
        self.ask = {name: _ways(about["ask"]) for name, about in self.relations.items()}
        self.frames = _ways(told["frames"]["say"])
        self.pairs = _ways(told["frames"]["two"])
        self.towns = frozenset(lexicon().names["town"])

    def one(self) -> Sentence:
        fact = self.dice.pick(facts())
        number = int(self.dice.random() * len(self.say[fact.relation]))
        frame = int(self.dice.random() * len(self.frames))
        said = self.frames[frame].replace("{fact}", self._said(fact, number))
        text, spans = finished(mended(said))
        return Sentence(
            text, "fact", f"way:{fact.relation}.{number} {frame}", fact.what, spans, fact.id
        )

    def question(self) -> Sentence:
        """Two facts; the question is about one of them, its answer a span."""
        asked = self.dice.pick(facts())
        other = self.dice.pick(facts())
        if self.dice.chance(0.4):
            other = self.dice.pick(of(asked.who))
        while other == asked or held_out(other.id) != held_out(asked.id):
            other = self.dice.pick(facts())
        numbers = [int(self.dice.random() * len(self.say[f.relation])) for f in (asked, other)]
        way = int(self.dice.random() * len(self.ask[asked.relation]))
        first, second = self._said(asked, numbers[0], True), self._said(other, numbers[1])
        swap = self.dice.chance(0.5)
        if swap:
            first, second = second, first
        frame = int(self.dice.random() * len(self.pairs))
        said = self.pairs[frame].replace("{first}", first).replace("{second}", second)
        text, spans = finished(mended(said))
        asks = self.ask[asked.relation][way].replace("{who}", asked.who)
        template = (
            f"way:{asked.relation}.{numbers[0]} way:{other.relation}.{numbers[1]}"
            f" {way} {frame} {swap:d}"
        )
        return Sentence(text, "question", template, "", spans, asked.id, asks)

    def _said(self, fact: Fact, number: int, answers: bool = False) -> str:
        who = mark("L" if fact.who in self.towns else "P", fact.who)
        what = fact.what
        if fact.relation == "home":
            what = mark("L", what)
        if answers:
            what = mark("A", what)

        def fill(found: re.Match[str]) -> str:
            if found[1] == "who":
                return who
            return what if found[1] == "what" else f"{article(fact.what)} {what}"

        return _GAP.sub(fill, self.say[fact.relation][number])


class Entities:
    """Sentences with people, towns and organisations."""

    def __init__(self, dice: Dice) -> None:
        told = read("facts")["entity"]
        self.say, self.tails = _ways(told["say"]), _ways(told["tails"])
        self.dice, self.names = dice, lexicon().names
        self.known = frozenset(fact.who for fact in facts())

    def one(self) -> Sentence:
        number = int(self.dice.random() * len(self.say))
        self._shapes = ""
        text = re.sub(r"\{([PTOSR])\}", self._drawn, self.say[number])
        template = f"entity.{number}.{self._shapes}"
        if text.endswith(" +."):
            tail = self.dice.pick(("", *self.tails))
            text = f"{text[:-3]} {tail}".rstrip() + "."
            template += ".tail" if tail else ""
        text, spans = finished(mended(text))
        return Sentence(text, "entity", template, "", spans)

    def _drawn(self, found: re.Match[str]) -> str:
        names, dice = self.names, self.dice
        if found[1] == "T":
            return mark("L", dice.pick(names["town"]))
        if found[1] == "R":
            return dice.pick(names["river"])
        if found[1] == "S":
            return mark("O", f"{dice.pick(names['town'])} {dice.pick(names['sports_club'])}")
        if found[1] == "O":
            head = dice.pick(("firm_head", "town", "last"))
            self._shapes += head[0]
            return mark("O", f"{dice.pick(names[head])} {dice.pick(names['firm'])}")
        shape = int(dice.random() * 4)
        first, last = dice.pick(names["she"] + names["he"]), dice.pick(names["last"])
        while f"{first} {last}" in self.known:  # nothing is said here of the people of the world
            last = dice.pick(names["last"])
        self._shapes += str(shape)
        if shape == 0:
            return mark("P", first)
        if shape == 1:
            return f"{dice.pick(('Dr', 'Ms', 'Mr', 'Professor', 'Captain'))} {mark('P', last)}"
        return mark("P", f"{first} {last}")
