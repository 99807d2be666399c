"""Korean sentences with words of several meanings: 배, 눈, 다리, 밤.  The label says which."""

from __future__ import annotations

import re

from tlcore.data.corpus.clause import join
from tlcore.data.corpus.dice import Dice
from tlcore.data.corpus.hangul import Predicate, particle
from tlcore.data.corpus.lexicon import lines, read
from tlcore.data.corpus.pair_parts import Subject
from tlcore.data.corpus.phrase import mark
from tlcore.data.corpus.sentence import Sentence, finished

_TARGET = re.compile(r"\*(.+?)\*")
_CONTENT = re.compile(r"[가-힣]+?(?=(에서|으로|[에을를이가과와의로며고서])?( |$))")  # not particles
TENSES = ("past",) * 6 + ("pres",) * 3 + ("fut",) * 2 + ("guess", "begin", "not", "asks", "know")


class KoreanSenses:
    def __init__(self, dice: Dice) -> None:
        told = read("korean")
        self.dice = dice
        self.company = {name: text.split("|") for name, text in told["company"].items()}
        subjects = (Subject(*fields) for fields in lines(told["subjects"]["all"]))
        self.subjects = [who for who in subjects if who.korean not in ("우리 팀",)]
        self.lines = {
            f"{word}.{sense}": lines(about["lines"])
            for word, senses in told["sense"].items()
            for sense, about in senses.items()
        }

    def one(self, sense: str) -> Sentence:
        dice = self.dice
        kind, core, *forms = dice.pick(self.lines[sense])
        said = Predicate(*forms)
        tense = dice.pick(TENSES)
        caused = "서 " in core or "졸려" in core
        if tense in ("not", "begin") and (caused or kind == "t"):
            tense = "past"
        when = dice.pick(self.company[f"when_{self._time(tense)}"])
        if sense == "밤.night" or "아침" in core:  # it names its time
            when = ""
        extra = ""
        if kind == "p" and not caused:
            extra = dice.pick(self.company["with" if dice.chance(0.6) else "why"])
        who = particle(dice.pick(self.subjects).korean, "은") if kind == "p" else ""
        first = dice.chance(0.35) or when in ("자주", "가끔")  # often: behind the subject
        opening = (when, who) if first else (who, when)
        text = join(*opening, extra, _TARGET.sub(mark("T", r"\1"), core), _ending(said, tense))
        text += "?" if tense == "asks" else "."
        place = f"{first:d}{bool(when):d}{bool(extra):d}"
        clean, spans = finished(text)
        shape = _CONTENT.sub("_", core)
        return Sentence(clean, "korean", f"{kind} {tense} {place} {shape}", sense, spans)

    def _time(self, tense: str) -> str:
        return {"pres": "pres", "know": "pres", "fut": "fut"}.get(tense, "past")


def _ending(said: Predicate, tense: str) -> str:
    if tense == "guess":  # probably did
        return said.before + "을 거예요"
    if tense == "begin":
        return said.stem + "기 시작했어요"
    if tense == "not":
        return said.told("past", True)
    if tense == "know":  # it is so, as you know
        return said.stem + "지요"
    return said.told("past" if tense == "asks" else tense)
