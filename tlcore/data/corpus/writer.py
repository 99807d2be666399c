"""Writes one sentence: picks a pattern, draws its clauses, fills its fields, keeps the trace.

A field is looked up by its name: a clause (a, b, c, d: `clauses`), something of the scene or
agreement with the phrase before (`mentions`), or a list of words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tlcore.data.corpus.clause import Clause, be, does, has, join
from tlcore.data.corpus.clauses import Clauses
from tlcore.data.corpus.dice import Dice
from tlcore.data.corpus.draft import Draft, NoFit
from tlcore.data.corpus.grammar import Grammar, Scene
from tlcore.data.corpus.mentions import Mentions
from tlcore.data.corpus.patterns import Field, Pattern, compiled
from tlcore.data.corpus.phrase import Phrase
from tlcore.data.corpus.words import capital, definite


class Writer:
    """`sentence(scene, patterns)` gives text with marks; `trace` is its derivation."""

    def __init__(self, grammar: Grammar, dice: Dice) -> None:
        self.draft = draft = Draft(grammar, dice)
        self.trace, self.dice, self.grammar = draft.trace, dice, grammar
        self.bound: dict[str, str] = {}  # given from outside: {=person}
        self.told = told = Clauses(draft)
        said = Mentions(draft)
        self._fields: dict[str, Callable[[Field], str]] = {
            "state": said.state,
            "state2": said.state,
            "hum": said.hum,
            "thing": said.thing,
            "np": said.np,
            "was": lambda _: be(draft.last, True),
            "is": lambda _: be(draft.last, False),
            "is_was": lambda _: be(draft.last, draft.tense != "pres"),
            "has": lambda _: has(draft.last),
            "does": lambda _: does(draft.last),
            "adj": lambda _: said.adjective().plain,
            "grad": lambda _: said.adjective(True).plain,
            "er": lambda _: said.adjective(True).more,
            "est": said.est,
            "place": lambda _: dice.pick(draft.scene.places),
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
            "what": lambda c, f: told.what(c),
            "passive": lambda c, f: told.passive(c),
            "passive_asked": lambda c, f: c.passive_asked(),
            "that": lambda c, f: c.that(),
            "subject": lambda c, f: told.seen(c.subject, c.subject.text),
            "object": lambda c, f: told.seen(
                c.object if c.object and not c.object.plural else None,
                c.object.text if c.object else "",
            ),
            "theobject": lambda c, f: definite(
                told.seen(c.object, c.object.text if c.object else "")
            ),
            "them": lambda c, f: told.seen(c.subject, c.subject.object),
            "when": lambda c, f: told.when(c.tense),
            "place": lambda c, f: told.place(c),
            "done": lambda c, f: join(c.event.verb.participle, c.rest("participle")),
            "comma": lambda c, f: " " + dice.pick(grammar.when["fut"]),
        }

    def sentence(self, scene: Scene, patterns: Sequence[Pattern]) -> str:
        """One sentence of the scene, marks included, first letter small or large as it came."""
        while True:
            pattern = self.dice.pick(patterns)
            self.draft.begin(scene, pattern)
            try:
                return self.fill(pattern.parts).replace(" that that ", " that the ")
            except NoFit:
                continue

    def fill(self, parts: Sequence[str | Field]) -> str:
        return "".join([p if isinstance(p, str) else self._field(p) for p in parts])

    def text(self, pattern: str) -> str:
        """A pattern given as text."""
        return self.fill(compiled(pattern))

    def _field(self, field: Field) -> str:
        name = field.name
        if name in ("a", "b", "c", "d"):
            clause = self.told.get(name)
            text = self._forms[field.form](clause, field)
            if field.form in ("passive", "passive_asked"):
                self.draft.last = clause.object or self.draft.last
        elif name in self._fields:
            text = self._fields[name](field)
        elif name.startswith("="):
            text = self.bound[name[1:]]
        else:
            text = self.fill(self.dice.pick(self.grammar.lists[name]))
        return capital(text) if field.capital else text


def _they(phrase: Phrase) -> Phrase:
    return Phrase("they", True, "they") if phrase.pronoun == "they" else phrase
