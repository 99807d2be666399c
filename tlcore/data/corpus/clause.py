"""A clause: an event with its subject, tense and phrases, said in any of the ways English has.

The same clause can be a statement, a question, a passive, a relative clause or an infinitive; its
phrases are drawn once, so that every way of saying it speaks of the same things.
"""

from __future__ import annotations

import re

from tlcore.data.corpus.dice import Dice
from tlcore.data.corpus.event import Choice, Event, Parts, Slot
from tlcore.data.corpus.lexicon import Verb, lexicon
from tlcore.data.corpus.phrase import Phrase, Phrases

SHORT = {
    "will not": "won't",
    "can not": "can't",
    "do not": "don't",
    "does not": "doesn't",
    "did not": "didn't",
    "is not": "isn't",
    "are not": "aren't",
    "was not": "wasn't",
    "were not": "weren't",
    "has not": "hasn't",
    "have not": "haven't",
    "had not": "hadn't",
    "must not": "mustn't",
    "should not": "shouldn't",
    "could not": "couldn't",
    "would not": "wouldn't",
}


def be(subject: Phrase, past: bool) -> str:
    if past:
        return "were" if subject.plural or subject.person == 2 else "was"
    if subject.person == 1 and not subject.plural:
        return "am"
    return "are" if subject.plural or subject.person == 2 else "is"


def has(subject: Phrase) -> str:
    return "has" if subject.person == 3 and not subject.plural else "have"


def does(subject: Phrase) -> str:
    return "does" if subject.person == 3 and not subject.plural else "do"


def group(verb: Verb, subject: Phrase, tense: str, asks: bool) -> tuple[str, str]:
    """The auxiliary (may be empty) and the rest.  `asks`: one is needed (question or negation)."""
    if verb.base == "be" and tense in ("past", "pres"):
        return be(subject, tense == "past"), ""
    if tense == "past":
        return ("did", verb.base) if asks else ("", verb.past)
    if tense == "pres":
        helper = does(subject)
        if asks:
            return helper, verb.base
        return "", verb.third if helper == "does" else verb.base
    if tense == "prog":
        return be(subject, False), verb.ing
    if tense == "pastprog":
        return be(subject, True), verb.ing
    if tense == "perf":
        return has(subject), verb.participle
    if tense == "pastperf":
        return "had", verb.participle
    return ("will" if tense == "fut" else tense), verb.base  # a modal is its own name


def passive_group(verb: Verb, subject: Phrase, tense: str) -> tuple[str, str]:
    if tense in ("past", "pastprog"):
        return be(subject, True), ("being " if tense == "pastprog" else "") + verb.participle
    if tense in ("pres", "prog"):
        return be(subject, False), ("being " if tense == "prog" else "") + verb.participle
    if tense == "perf":
        return has(subject), "been " + verb.participle
    if tense == "pastperf":
        return "had", "been " + verb.participle
    return ("will" if tense == "fut" else tense), "be " + verb.participle


def form_of(subject: Phrase, tense: str, asks: bool) -> str:
    """Which form of the verb `group` gave, for a second verb beside it."""
    if tense in ("past", "pres") and asks:
        return "base"
    if tense == "pres":
        return "third" if does(subject) == "does" else "base"
    known = {"past": "past", "prog": "ing", "pastprog": "ing", "perf": "participle"}
    return known.get(tense, "participle" if tense == "pastperf" else "base")


_SECOND = re.compile(r"&(\w+)")


def join(*parts: str) -> str:
    return " ".join(part for part in parts if part)


class Clause:
    """One event told.  `place`, `manner` and `when` are adverbials or empty."""

    def __init__(
        self, event: Event, subject: Phrase, tense: str, negated: bool, phrases: Phrases
    ) -> None:
        self.event, self.subject, self.tense, self.negated = event, subject, tense, negated
        self.place = self.manner = self.when = ""
        dice = phrases.dice
        self.short = dice.chance(0.4)
        self.adverb = ""  # often, already: stands before the verb
        phrases.trace.append(event.skeleton)
        texts: list[str] = []
        self.object: Phrase | None = None
        self._fill(event.parts, texts, phrases, dice)
        first = texts[0] if texts else ""
        self._first = first if self.object is not None else ""
        rest = "".join(texts[1:] if self.object is not None else texts)
        self._rest = " ".join(rest.split())  # an empty choice leaves two spaces

    def _fill(self, parts: Parts, texts: list[str], phrases: Phrases, dice: Dice) -> None:
        for part in parts:
            if isinstance(part, str):
                if "OWN" in part:
                    part = part.replace("OWN", self.subject.own)
                texts.append(part)
            elif isinstance(part, Slot):
                found = phrases.of(part.spec, own=self.subject.own, negated=self.negated)
                if not texts and self.event.moves:
                    self.object = found
                texts.append(found.text)
            elif isinstance(part, Choice):
                self._fill(dice.pick(part.options), texts, phrases, dice)

    # What follows the verb

    def rest(self, form: str) -> str:
        """Particle, object and complement; a second verb takes the form of the first."""
        text = join(self.event.verb.particle, self._first, self._rest)
        if "&" not in text:
            return text
        return _SECOND.sub(lambda found: str(getattr(lexicon().verb(found[1]), form)), text)

    @property
    def gap(self) -> str:
        """The same without the object."""
        return join(self.event.verb.particle, self._rest)

    @property
    def tail(self) -> str:
        return join(self.manner, self.place, self.when)

    # Statements

    def head(self, subject: Phrase, tense: str = "", plain: bool = False) -> str:
        """Verb group: "did not", "has often", ..."""
        negated = self.negated and not plain
        helper, verb = group(self.event.verb, subject, tense or self.tense, negated)
        if negated:
            said = f"{helper} not"
            helper = SHORT.get(said, said) if self.short else said.replace("can not", "cannot")
            return join(helper, verb)
        return join(helper, self.adverb, verb) if verb else join(helper, self.adverb)

    def vp(self, subject: Phrase | None = None, tense: str = "", plain: bool = False) -> str:
        who = subject or self.subject
        form = form_of(who, tense or self.tense, self.negated and not plain)
        return join(self.head(who, tense, plain), self.rest(form))

    def core(self, tense: str = "") -> str:
        return join(self.subject.text, self.vp(tense=tense))

    def full(self, tense: str = "") -> str:
        return join(self.core(tense), self.tail)

    def again(self, tense: str = "") -> str:
        """With the pronoun for its subject."""
        word = self.subject.pronoun
        if word == "they" and not self.subject.plural:  # everyone ... they
            return join(word, self.vp(Phrase(word, True, word), tense))
        return join(word, self.vp(tense=tense))

    def infinitive(self) -> str:
        return join(self.event.verb.base, self.rest("base"))

    def ing(self) -> str:
        return join(self.event.verb.ing, self.rest("ing"))

    # Questions

    def asked(self, with_tail: bool = True) -> str:
        """did the farmer feed the cows"""
        helper, verb = group(self.event.verb, self.subject, self.tense, True)
        rest = self.rest(form_of(self.subject, self.tense, True))
        return join(helper, self.subject.text, verb, rest, self.tail if with_tail else "")

    def tag(self) -> str:
        """didn't she"""
        helper, _ = group(self.event.verb, self.subject, self.tense, True)
        if self.negated:
            return join(helper, self.subject.pronoun)
        if helper == "am":
            return "aren't I"
        return join(SHORT.get(f"{helper} not", f"{helper} not"), self.subject.pronoun)

    def who(self) -> str:
        """fed the cows, after "who" """
        third = Phrase("who", False, "he")
        helper, verb = group(self.event.verb, third, self.tense, False)
        return join(helper, verb, self.rest(form_of(third, self.tense, False)))

    def what(self) -> str:
        """did the farmer feed"""
        helper, verb = group(self.event.verb, self.subject, self.tense, True)
        return join(helper, self.subject.text, verb, self.gap)

    # The object first

    def passive(self) -> str:
        assert self.object is not None
        helper, verb = passive_group(self.event.verb, self.object, self.tense)
        if self.negated:
            said = f"{helper} not"
            helper = SHORT.get(said, said) if self.short else said.replace("can not", "cannot")
        return join(self.object.text, helper, self.adverb, verb, self.gap)

    def passive_asked(self) -> str:
        assert self.object is not None
        helper, verb = passive_group(self.event.verb, self.object, self.tense)
        return join(helper, self.object.text, verb, self.gap)

    def that(self) -> str:
        """the farmer fed, after "the cows that" """
        return join(self.subject.text, self.head(self.subject, plain=True), self.gap)
