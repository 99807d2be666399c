"""What else a pattern may name: states, people, things and what they are like."""

from __future__ import annotations

from tlcore.data.corpus.clause import Clause, be
from tlcore.data.corpus.draft import HIDDEN, Draft, NoFit
from tlcore.data.corpus.lexicon import Adjective, Noun
from tlcore.data.corpus.patterns import Field
from tlcore.data.corpus.phrase import Phrase
from tlcore.data.corpus.words import article


class Mentions:
    """Each method fills one kind of field; what it speaks of last is remembered in the draft."""

    def __init__(self, draft: Draft) -> None:
        self.draft, self.dice = draft, draft.dice
        self.words, self.phrases = draft.words, draft.phrases

    def state(self, field: Field) -> str:
        draft = self.draft
        event = self.dice.pick([e for e in draft.scene.states if e is not draft.told_state])
        draft.told_state = event
        tense = field.tense or (
            "past" if draft.tense in ("past", "pastprog", "pastperf", "would") else "pres"
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

    def hum(self, field: Field) -> str:
        draft = self.draft
        roll = self.dice.random()
        if roll < 0.42 or not draft.scene.people:
            found = self.phrases.name()
        elif roll < 0.72:
            found = self.phrases.of(f"{self.dice.pick(draft.scene.people)}:the:sg")
        else:
            found = self.phrases.of("kin")
        others = [c.subject for c in draft.clauses.values()]
        if any(who.text == found.text or (found.noun and who.noun is found.noun) for who in others):
            raise NoFit
        if found.noun:
            draft.others.append(found.noun)
        draft.last = found
        return found.text

    def np(self, field: Field) -> str:
        found = self.phrases.of(field.flags)
        self.draft.last = found
        return found.text

    def adjective(self, graded: bool = False) -> Adjective:
        draft = self.draft
        last = draft.last
        said = set(last.text.split())
        if last is HIDDEN or any(
            word.plain in said
            for word in (self.words.adjectives_of(last.noun) if last.noun else ())
        ):
            raise NoFit  # "the long letter was short"
        for _ in range(9):
            found = self.phrases.adjective(draft.last.noun)
            if found is None:
                found = self.dice.pick(self.words.adjectives["human"])
            fits = found.graded or (found.alone and not graded)
            if fits and found is not draft.chosen:
                draft.chosen = found
                return found
        raise NoFit

    def est(self, field: Field) -> str:
        draft = self.draft
        if draft.thing_noun is None:  # the noun follows
            draft.thing_noun = self._thing_drawn()
        noun = draft.thing_noun
        if noun.one is None or noun.many is None:
            raise NoFit
        known = self.words.adjectives_of(noun)
        graded = [word for word in known if word.graded]
        if not graded:
            raise NoFit
        return self.dice.pick(graded).most

    def _thing_drawn(self) -> Noun:
        draft = self.draft
        if not draft.scene.things:
            raise NoFit
        draft.thing_class = self.dice.pick(draft.scene.things)
        return self.dice.pick(self.words.of(draft.thing_class))

    def thing(self, field: Field) -> str:
        draft = self.draft
        flag = field.flags
        if flag in ("noun", "owned"):
            if draft.thing_noun is None:
                draft.thing_noun = self._thing_drawn()
            if draft.thing_noun.one is None or draft.thing_noun.many is None:
                raise NoFit
            if flag == "owned" and draft.thing_class not in self.words.buyable:
                raise NoFit
            draft.last = Phrase("", False, "it", 3, draft.thing_noun)
            return draft.thing_noun.one
        if flag == "same":
            return self._same_kind()
        if flag == "again":
            return draft.last.pronoun
        if not draft.scene.things:
            raise NoFit
        name = self.dice.pick(draft.scene.things)
        if flag in ("new", "liked") and name not in self.words.buyable:
            raise NoFit
        if flag == "was" and name in self.words.placeless:
            raise NoFit
        if flag == "was":
            found = self.phrases.of(f"{name}:a" if self.dice.chance(0.6) else f"{name}:pl:some")
            verb = be(found, draft.tense == "past")
            draft.last = found
            text = found.text
            if text.startswith(("the ", "these ", "those ", "all ", "this ", "that ")):
                raise NoFit
            return f"{verb} {text}"
        if flag == "adj":
            noun = self.dice.pick(self.words.of(name))
            known = self.words.adjectives_of(noun)
            if not known or noun.one is None:
                raise NoFit
            phrase = f"{self.dice.pick(known).plain} {noun.one}"
            return phrase if noun.many is None else f"{article(phrase)} {phrase}"
        shape = {"the": ":the:plain", "liked": ":the:plain", "new": ":a", "any": ":a"}.get(flag, "")
        found = self.phrases.of(name + shape)
        draft.last = found
        draft.thing_class = name
        return found.text

    def _same_kind(self) -> str:
        """Another noun of the same class, for comparisons."""
        draft = self.draft
        last = draft.last
        for _ in range(9):
            noun = self.dice.pick(self.words.of(draft.thing_class))
            if noun is not last.noun:
                text = noun.many if last.plural else noun.one
                if text is None or (noun.many is None) != (
                    last.noun is None or last.noun.many is None
                ):
                    continue
                draft.trace.append("the same")
                return f"the {text}"
        raise NoFit
