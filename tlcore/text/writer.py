"""Writes one sentence: picks a pattern, draws its clauses, fills its fields, keeps the trace.

A field is looked up by its name: a clause (a, b, c, d), something of the scene, agreement with the
phrase before, or a list of words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tlcore.text.clause import Clause, be, does, has, join
from tlcore.text.dice import Dice
from tlcore.text.event import Event
from tlcore.text.grammar import Grammar, Scene
from tlcore.text.lexicon import Adjective, Noun
from tlcore.text.patterns import Field, Pattern, compiled
from tlcore.text.phrase import INDEFINITE, Phrase, Phrases
from tlcore.text.words import article

TRIES = 40  # of an event that fits the conditions of a pattern


class Writer:
    """`sentence(scene, patterns)` gives text with marks; `trace` is its derivation."""

    def __init__(self, grammar: Grammar, dice: Dice) -> None:
        self.grammar, self.dice, self.words = grammar, dice, grammar.words
        self.trace: list[str] = []
        self.phrases = Phrases(grammar.words, dice, self.trace)
        self.bound: dict[str, str] = {}  # given from outside: {=person}
        self._fields: dict[str, Callable[[Field], str]] = {
            "state": self._state,
            "state2": self._state,
            "hum": self._hum,
            "thing": self._thing,
            "np": self._np,
            "was": lambda _: be(self._last, True),
            "is": lambda _: be(self._last, False),
            "is_was": lambda _: be(self._last, self._tense != "pres"),
            "has": lambda _: has(self._last),
            "does": lambda _: does(self._last),
            "adj": lambda _: self._adjective().plain,
            "grad": lambda _: self._adjective(True).plain,
            "er": lambda _: self._adjective(True).more,
            "est": self._est,
            "place": lambda _: self.dice.pick(self.scene.places),
        }
        self._forms: dict[str, Callable[[Clause, Field], str]] = {
            "": lambda c, f: c.full(f.tense),
            "core": lambda c, f: c.core(f.tense),
            "short": lambda c, f: join(c.core(f.tense), c.manner, c.place),
            "vp": lambda c, f: c.vp(tense=f.tense),
            "inf": lambda c, f: c.infinitive(),
            "ing": lambda c, f: c.ing(),
            "it": lambda c, f: c.again(f.tense),
            "pron": lambda c, f: c.subject.pronoun,
            "pronwas": lambda c, f: join(c.subject.pronoun, be(_they(c.subject), True)),
            "pronis": lambda c, f: join(c.subject.pronoun, be(_they(c.subject), False)),
            "asked": lambda c, f: c.asked(),
            "askedcore": lambda c, f: c.asked(False),
            "tag": lambda c, f: c.tag(),
            "who": lambda c, f: c.who(),
            "what": lambda c, f: self._what(c),
            "passive": lambda c, f: self._passive(c),
            "passive_asked": lambda c, f: c.passive_asked(),
            "that": lambda c, f: c.that(),
            "subject": lambda c, f: self._seen(c.subject, c.subject.text),
            "object": lambda c, f: self._seen(
                c.object if c.object and not c.object.plural else None,
                c.object.text if c.object else "",
            ),
            "theobject": lambda c, f: definite(
                self._seen(c.object, c.object.text if c.object else "")
            ),
            "them": lambda c, f: self._seen(c.subject, c.subject.object),
            "when": lambda c, f: self._when(c.tense),
            "place": lambda c, f: self._place(c),
            "done": lambda c, f: join(c.event.verb.participle, c.rest("participle")),
            "comma": lambda c, f: " " + self.dice.pick(self.grammar.when["fut"]),
        }

    def sentence(self, scene: Scene, patterns: Sequence[Pattern]) -> str:
        """One sentence of the scene, marks included, first letter small or large as it came."""
        while True:
            self.trace.clear()
            self.scene = scene
            pattern = self.dice.pick(patterns)
            self.trace.append(pattern.id)
            self._tense = self.dice.pick(self.grammar.tenses[pattern.tenses])
            self.trace.append(self._tense)
            self._conditions = pattern.conditions
            self._clauses: dict[str, Clause] = {}
            self._last = self._hidden
            self._thing_noun: Noun | None = None
            self._chosen: Adjective | None = None
            self._told_state: Event | None = None
            self._others: list[Noun] = []  # of whom else the sentence spoke
            self._needs = {p.form for p in pattern.parts if isinstance(p, Field) and p.name == "a"}
            try:
                return self.fill(pattern.parts).replace(" that that ", " that the ")
            except _NoFit:
                continue

    _hidden = Phrase("it", False, "it")

    def fill(self, parts: Sequence[str | Field]) -> str:
        return "".join([p if isinstance(p, str) else self._field(p) for p in parts])

    def text(self, pattern: str) -> str:
        """A pattern given as text."""
        return self.fill(compiled(pattern))

    def _field(self, field: Field) -> str:
        name = field.name
        if name in ("a", "b", "c", "d"):
            clause = self._clauses.get(name) or self._clause(name)
            text = self._forms[field.form](clause, field)
            if field.form in ("passive", "passive_asked"):
                self._last = clause.object or self._last
        elif name in self._fields:
            text = self._fields[name](field)
        elif name.startswith("="):
            text = self.bound[name[1:]]
        else:
            text = self.fill(self.dice.pick(self.grammar.lists[name]))
        return capital(text) if field.capital else text

    # Clauses

    def _clause(self, name: str) -> Clause:
        if name in "bd":
            first = self._clauses.get("a") or self._clause("a")
            clause = self._same_subject(first, [c.event for c in self._clauses.values()])
        else:
            clause = self._new(name)
        self._clauses[name] = clause
        return clause

    def _new(self, name: str) -> Clause:
        conditions = self._conditions if name == "a" else "+"
        taken = [c.event for c in self._clauses.values()]
        for _ in range(TRIES):
            event = self.dice.pick(self.scene.events)
            if event in taken or ("h" in conditions and not event.human):
                continue
            if "o" in conditions and not event.moves:
                continue
            if name == "c" and event.verb.base == "be":
                continue
            if "v" in conditions and not event.meant:
                continue
            role = self.dice.pick(event.subjects)
            if "n" in conditions and role == "kin":
                continue
            if "y" in conditions and "person" in event.subjects:
                role = "person"
            subject = (
                self.phrases.pronoun("you")
                if "y" in conditions
                else self.phrases.subject((role,), noun_only="n" in conditions)
            )
            if subject.noun is not None and subject.noun in self._others:
                continue
            if any(
                c.subject.pronoun == subject.pronoun and subject.bare
                for c in self._clauses.values()
            ):
                continue
            if name == "c" and any(c.subject.text == subject.text for c in self._clauses.values()):
                continue
            if _vague(subject) and self._needs & _PLAIN_ONLY:
                continue
            clause = self._made(event, subject, conditions)
            self._roles = role
            return clause
        raise _NoFit

    def _same_subject(self, first: Clause, taken: list[Event]) -> Clause:
        known = self.scene.by_subject[self._roles]
        for _ in range(TRIES):
            event = self.dice.pick(known)
            if event not in taken:
                return self._made(event, first.subject, "+")
        raise _NoFit

    def _made(self, event: Event, subject: Phrase, conditions: str) -> Clause:
        tense = self._tense
        if event.verb.stative and tense in ("prog", "pastprog"):
            tense = "pres" if tense == "prog" else "past"
        dice = self.dice
        negated = "-" in conditions or (
            "+" not in conditions and not _vague(subject) and tense != "may" and dice.chance(0.13)
        )
        clause = Clause(event, subject, tense, negated, self.phrases)
        if negated:
            self.trace.append("not")
        if "a" in self._clauses or "+" in conditions:
            return clause
        self._adverbials(clause)
        return clause

    def _adverbials(self, clause: Clause) -> None:
        dice, tense, event = self.dice, clause.tense, clause.event
        how = [letter for letter in event.how if letter in self.grammar.manner]
        wants_tail = bool(self._needs & {"", "short", "asked"})
        if how and wants_tail and not clause.negated and dice.chance(0.2):
            clause.manner = dice.pick(self.grammar.manner[dice.pick(how)])
            self.trace.append("how")
        wants_place = wants_tail and "place" not in self._needs and bool(self.scene.places)
        if event.placed and wants_place and dice.chance(0.28):
            clause.place = dice.pick(self.scene.places)
            self.trace.append("where")
        habit = 0.5 if tense == "pres" else 0.1  # a present without one is rare in life too
        if wants_tail and "when" not in self._needs and dice.chance(max(habit, 0.22)):
            clause.when = self._when(tense)
            self.trace.append("when")
        elif self._takes_adverb(clause) and dice.chance(habit):
            clause.adverb = dice.pick(self.grammar.before[tense])
            self.trace.append("adverb")

    def _takes_adverb(self, clause: Clause) -> bool:
        """Often, already: not beside "not", not for everybody, not beside a time of its own."""
        if clause.negated or _vague(clause.subject) or "when" in self._needs:
            return False
        return clause.tense in self.grammar.before and not clause.event.verb.stative

    def _when(self, tense: str) -> str:
        key = tense if tense in self.grammar.when else "modal"
        return self.dice.pick(self.grammar.when[key])

    def _place(self, clause: Clause) -> str:
        if not clause.event.placed or not self.scene.places:
            raise _NoFit
        return self.dice.pick(self.scene.places)

    def _passive(self, clause: Clause) -> str:
        if clause.object is None:
            raise _NoFit
        return clause.passive()

    def _what(self, clause: Clause) -> str:
        if clause.object is None or clause.object.noun is None or clause.object.noun.human:
            raise _NoFit  # that would be "whom"
        return clause.what()

    def _seen(self, phrase: Phrase | None, text: str) -> str:
        if phrase is None:
            raise _NoFit
        self._last = phrase
        return text

    # What else a pattern may name

    def _state(self, field: Field) -> str:
        event = self.dice.pick([e for e in self.scene.states if e is not self._told_state])
        self._told_state = event
        tense = field.tense or (
            "past" if self._tense in ("past", "pastprog", "pastperf", "would") else "pres"
        )
        name = event.subjects[0]
        if name == "it":
            subject = Phrase("it", False, "it")
        elif name == "everyone":
            subject = Phrase("everyone", False, "they")
        else:
            flags = ":plain" if ":the" in name else ":the:plain:sg"
            subject = self.phrases.of(name + flags)
        clause = Clause(event, subject, tense, self.dice.chance(0.06), self.phrases)
        return clause.core()

    def _hum(self, field: Field) -> str:
        roll = self.dice.random()
        if roll < 0.42 or not self.scene.people:
            found = self.phrases.name()
        elif roll < 0.72:
            found = self.phrases.of(f"{self.dice.pick(self.scene.people)}:the:sg")
        else:
            found = self.phrases.of("kin")
        others = [c.subject for c in self._clauses.values()]
        if any(who.text == found.text or (found.noun and who.noun is found.noun) for who in others):
            raise _NoFit
        if found.noun:
            self._others.append(found.noun)
        self._last = found
        return found.text

    def _np(self, field: Field) -> str:
        found = self.phrases.of(field.flags)
        self._last = found
        return found.text

    def _adjective(self, graded: bool = False) -> Adjective:
        last = self._last
        said = set(last.text.split())
        if last is self._hidden or any(
            word.plain in said
            for word in (self.words.adjectives_of(last.noun) if last.noun else ())
        ):
            raise _NoFit  # "the long letter was short"
        for _ in range(9):
            found = self.phrases.adjective(self._last.noun)
            if found is None:
                found = self.dice.pick(self.words.adjectives["human"])
            fits = found.graded or (found.alone and not graded)
            if fits and found is not self._chosen:
                self._chosen = found
                return found
        raise _NoFit

    def _est(self, field: Field) -> str:
        if self._thing_noun is None:  # the noun follows
            self._thing_noun = self._thing_drawn()
        noun = self._thing_noun
        if noun.one is None or noun.many is None:
            raise _NoFit
        known = self.words.adjectives_of(noun)
        graded = [word for word in known if word.graded]
        if not graded:
            raise _NoFit
        return self.dice.pick(graded).most

    def _thing_drawn(self) -> Noun:
        if not self.scene.things:
            raise _NoFit
        self._thing_class = self.dice.pick(self.scene.things)
        return self.dice.pick(self.words.of(self._thing_class))

    def _thing(self, field: Field) -> str:
        flag = field.flags
        if flag in ("noun", "owned"):
            if self._thing_noun is None:
                self._thing_noun = self._thing_drawn()
            if self._thing_noun.one is None or self._thing_noun.many is None:
                raise _NoFit
            if flag == "owned" and self._thing_class not in self.words.buyable:
                raise _NoFit
            self._last = Phrase("", False, "it", 3, self._thing_noun)
            return self._thing_noun.one
        if flag == "same":
            return self._same_kind()
        if flag == "again":
            return self._last.pronoun
        if not self.scene.things:
            raise _NoFit
        name = self.dice.pick(self.scene.things)
        if flag in ("new", "liked") and name not in self.words.buyable:
            raise _NoFit
        if flag == "was" and name in self.words.placeless:
            raise _NoFit
        if flag == "was":
            found = self.phrases.of(f"{name}:a" if self.dice.chance(0.6) else f"{name}:pl:some")
            verb = be(found, self._tense == "past")
            self._last = found
            text = found.text
            if text.startswith(("the ", "these ", "those ", "all ", "this ", "that ")):
                raise _NoFit
            return f"{verb} {text}"
        if flag == "adj":
            noun = self.dice.pick(self.words.of(name))
            known = self.words.adjectives_of(noun)
            if not known or noun.one is None:
                raise _NoFit
            phrase = f"{self.dice.pick(known).plain} {noun.one}"
            return phrase if noun.many is None else f"{article(phrase)} {phrase}"
        shape = {"the": ":the:plain", "liked": ":the:plain", "new": ":a", "any": ":a"}.get(flag, "")
        found = self.phrases.of(name + shape)
        self._last = found
        self._thing_class = name
        return found.text

    def _same_kind(self) -> str:
        """Another noun of the same class, for comparisons."""
        last = self._last
        for _ in range(9):
            noun = self.dice.pick(self.words.of(self._thing_class))
            if noun is not last.noun:
                text = noun.many if last.plural else noun.one
                if text is None or (noun.many is None) != (
                    last.noun is None or last.noun.many is None
                ):
                    continue
                self.trace.append("the same")
                return f"the {text}"
        raise _NoFit


_PLAIN_ONLY = {"tag", "subject", "them", "pron", "pronwas", "pronis"}  # not for "everyone"


def _vague(phrase: Phrase) -> bool:
    return phrase.text in INDEFINITE or phrase.text.startswith("every ")


def _they(phrase: Phrase) -> Phrase:
    return Phrase("they", True, "they") if phrase.pronoun == "they" else phrase


class _NoFit(Exception):
    """This pattern cannot be filled with what was drawn; another is."""


def definite(text: str) -> str:
    """a roll: the roll"""
    for start in ("a ", "an ", "some ", "any "):
        if text.startswith(start):
            return "the " + text[len(start) :]
    return text


def capital(text: str) -> str:
    """The first letter large, behind marks and quotation marks."""
    for i, letter in enumerate(text):
        if letter.isalpha() and (i == 0 or text[i - 1] not in "\x01"):
            return text[:i] + letter.upper() + text[i + 1 :]
        if letter.isalpha() or letter.isdigit():
            if text[i - 1] == "\x01":  # the kind of a mark, not a letter of the text
                continue
            return text
    return text
