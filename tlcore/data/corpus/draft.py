"""What is known of a sentence while it is written: every part of the writer looks here."""

from __future__ import annotations

from tlcore.data.corpus.clause import Clause
from tlcore.data.corpus.dice import Dice
from tlcore.data.corpus.event import Event
from tlcore.data.corpus.grammar import Grammar, Scene
from tlcore.data.corpus.lexicon import Adjective, Noun
from tlcore.data.corpus.patterns import Field, Pattern
from tlcore.data.corpus.phrase import INDEFINITE, Phrase, Phrases

HIDDEN = Phrase("it", False, "it")  # nothing was spoken of yet


class Draft:
    """The means of writing, kept; and one sentence, begun anew by `begin`."""

    def __init__(self, grammar: Grammar, dice: Dice) -> None:
        self.grammar, self.dice, self.words = grammar, dice, grammar.words
        self.trace: list[str] = []  # the derivation without its content words
        self.phrases = Phrases(grammar.words, dice, self.trace)

    def begin(self, scene: Scene, pattern: Pattern) -> None:
        self.trace.clear()
        self.scene = scene
        self.trace.append(pattern.id)
        self.tense = self.dice.pick(self.grammar.tenses[pattern.tenses])
        self.trace.append(self.tense)
        self.conditions = pattern.conditions
        self.clauses: dict[str, Clause] = {}
        self.last = HIDDEN  # the phrase that "it is" would speak of
        self.thing_noun: Noun | None = None
        self.thing_class = ""
        self.chosen: Adjective | None = None
        self.told_state: Event | None = None
        self.others: list[Noun] = []  # of whom else the sentence spoke
        self.role = ""  # of the first clause's subject
        self.needs = {p.form for p in pattern.parts if isinstance(p, Field) and p.name == "a"}


class NoFit(Exception):
    """This pattern cannot be filled with what was drawn; another is."""


def vague(phrase: Phrase) -> bool:
    return phrase.text in INDEFINITE or phrase.text.startswith("every ")
