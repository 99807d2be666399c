"""Questions about an event that was just told: who, what, where; the answer is a span."""

from __future__ import annotations

from tlcore.data.corpus.clause import Clause, join
from tlcore.data.corpus.dice import Dice
from tlcore.data.corpus.grammar import Grammar, Scene
from tlcore.data.corpus.phrase import Phrase, Phrases, mark
from tlcore.data.corpus.sentence import Sentence, finished
from tlcore.data.corpus.words import capital

TENSES = ("past",) * 6 + ("pres", "fut", "perf", "pastprog")


class EventQuestions:
    def __init__(self, grammar: Grammar, scenes: tuple[Scene, ...], dice: Dice) -> None:
        self.scenes, self.dice = scenes, dice
        self.words = grammar.words
        self.trace: list[str] = []
        self.phrases = Phrases(grammar.words, dice, self.trace)

    def one(self) -> Sentence:
        """Of two events told, one is asked about."""
        dice = self.dice
        scene = dice.pick(self.scenes)
        self.trace.clear()
        tense = dice.pick(TENSES)
        first = self._clause(scene, tense)
        second = self._clause(scene, tense)
        while second.event is first.event or second.subject.text == first.subject.text:
            second = self._clause(scene, tense)
        asked = first if dice.chance(0.5) else second
        kinds = ["who"] if asked.event.human else []
        gives = asked.event.verb.base in self.words.giving and self._human(asked.object)
        if asked.object is not None and not gives:
            kinds.append("what")
        if asked.event.placed:
            kinds.append("where")
        if not kinds:
            return self.one()
        kind = dice.pick(kinds)
        texts = [self._told(clause, asked, kind) for clause in (first, second)]
        text, spans = finished(f"{texts[0]}. {capital(texts[1])}.")
        if kind == "who":
            question = f"Who {asked.who()}?"
        elif kind == "what":
            question = f"{'Whom' if self._human(asked.object) else 'What'} {asked.what()}?"
        else:
            question = f"Where {asked.asked(False)}?"
        order = int(asked is second)
        template = f"ask {kind} {tense} {order} {' '.join(self.trace)}"
        clean, _ = finished(question)
        answer = tuple(s for s in spans if s.kind in ("answer", "person"))
        return Sentence(text, "question", template, "", answer, "", clean)

    def _told(self, clause: Clause, asked: Clause, kind: str) -> str:
        subject, place = clause.subject.text, clause.place
        if clause is not asked:
            return join(subject, clause.vp(), place)
        if kind == "who":
            subject = mark("A", subject)
        if kind == "where":
            clause.place = self.dice.pick(self._places)
            place = mark("A", clause.place)
        elif kind == "what":
            assert clause.object is not None
            said = clause.vp()
            return join(subject, said.replace(clause.object.text, mark("A", clause.object.text), 1))
        return join(subject, clause.vp(), place)

    def _clause(self, scene: Scene, tense: str) -> Clause:
        event = self.dice.pick(scene.events)
        self._places = scene.places
        while event.verb.stative:
            event = self.dice.pick(scene.events)
        subject = self.phrases.subject((self.dice.pick(event.subjects),), noun_only=True)
        if self.dice.chance(0.4) and event.human:
            subject = self.phrases.name()
        return Clause(event, subject, tense, False, self.phrases)

    def _human(self, phrase: Phrase | None) -> bool:
        return phrase is not None and phrase.noun is not None and phrase.noun.human
