"""The clauses of a sentence: an event that fits the pattern, who does it, when, where and how."""

from __future__ import annotations

from tlcore.data.corpus.clause import Clause
from tlcore.data.corpus.draft import Draft, NoFit, vague
from tlcore.data.corpus.event import Event
from tlcore.data.corpus.phrase import Phrase

TRIES = 40  # of an event that fits the conditions of a pattern
PLAIN_ONLY = {"tag", "subject", "them", "pron", "pronwas", "pronis"}  # not for "everyone"


class Clauses:
    """Draws them for a draft; a clause is drawn once and then said in any form."""

    def __init__(self, draft: Draft) -> None:
        self.draft, self.dice, self.grammar = draft, draft.dice, draft.grammar
        self.phrases, self.trace = draft.phrases, draft.trace

    def get(self, name: str) -> Clause:
        return self.draft.clauses.get(name) or self.clause(name)

    def clause(self, name: str) -> Clause:
        draft = self.draft
        if name in "bd":
            first = draft.clauses.get("a") or self.clause("a")
            clause = self._same_subject(first, [c.event for c in draft.clauses.values()])
        else:
            clause = self._new(name)
        draft.clauses[name] = clause
        return clause

    def _new(self, name: str) -> Clause:
        draft = self.draft
        conditions = draft.conditions if name == "a" else "+"
        taken = [c.event for c in draft.clauses.values()]
        for _ in range(TRIES):
            event = self.dice.pick(draft.scene.events)
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
            if subject.noun is not None and subject.noun in draft.others:
                continue
            if any(
                c.subject.pronoun == subject.pronoun and subject.bare
                for c in draft.clauses.values()
            ):
                continue
            if name == "c" and any(c.subject.text == subject.text for c in draft.clauses.values()):
                continue
            if vague(subject) and draft.needs & PLAIN_ONLY:
                continue
            clause = self._made(event, subject, conditions)
            draft.role = role
            return clause
        raise NoFit

    def _same_subject(self, first: Clause, taken: list[Event]) -> Clause:
        draft = self.draft
        known = draft.scene.by_subject[draft.role]
        for _ in range(TRIES):
            event = self.dice.pick(known)
            if event not in taken:
                return self._made(event, first.subject, "+")
        raise NoFit

    def _made(self, event: Event, subject: Phrase, conditions: str) -> Clause:
        draft = self.draft
        tense = draft.tense
        if event.verb.stative and tense in ("prog", "pastprog"):
            tense = "pres" if tense == "prog" else "past"
        dice = self.dice
        negated = "-" in conditions or (
            "+" not in conditions and not vague(subject) and tense != "may" and dice.chance(0.13)
        )
        clause = Clause(event, subject, tense, negated, self.phrases)
        if negated:
            self.trace.append("not")
        if "a" in draft.clauses or "+" in conditions:
            return clause
        self._adverbials(clause)
        return clause

    def _adverbials(self, clause: Clause) -> None:
        draft = self.draft
        dice, tense, event = self.dice, clause.tense, clause.event
        how = [letter for letter in event.how if letter in self.grammar.manner]
        wants_tail = bool(draft.needs & {"", "short", "asked"})
        if how and wants_tail and not clause.negated and dice.chance(0.2):
            clause.manner = dice.pick(self.grammar.manner[dice.pick(how)])
            self.trace.append("how")
        wants_place = wants_tail and "place" not in draft.needs and bool(draft.scene.places)
        if event.placed and wants_place and dice.chance(0.28):
            clause.place = dice.pick(draft.scene.places)
            self.trace.append("where")
        habit = 0.5 if tense == "pres" else 0.1  # a present without one is rare in life too
        if wants_tail and "when" not in draft.needs and dice.chance(max(habit, 0.22)):
            clause.when = self.when(tense)
            self.trace.append("when")
        elif self._takes_adverb(clause) and dice.chance(habit):
            clause.adverb = dice.pick(self.grammar.before[tense])
            self.trace.append("adverb")

    def _takes_adverb(self, clause: Clause) -> bool:
        """Often, already: not beside "not", not for everybody, not beside a time of its own."""
        if clause.negated or vague(clause.subject) or "when" in self.draft.needs:
            return False
        return clause.tense in self.grammar.before and not clause.event.verb.stative

    def when(self, tense: str) -> str:
        key = tense if tense in self.grammar.when else "modal"
        return self.dice.pick(self.grammar.when[key])

    def place(self, clause: Clause) -> str:
        draft = self.draft
        if not clause.event.placed or not draft.scene.places:
            raise NoFit
        return self.dice.pick(draft.scene.places)

    def passive(self, clause: Clause) -> str:
        if clause.object is None:
            raise NoFit
        return clause.passive()

    def what(self, clause: Clause) -> str:
        if clause.object is None or clause.object.noun is None or clause.object.noun.human:
            raise NoFit  # that would be "whom"
        return clause.what()

    def seen(self, phrase: Phrase | None, text: str) -> str:
        if phrase is None:
            raise NoFit
        self.draft.last = phrase
        return text
