"""English and Korean pairs from one small grammar written for both, sentence by sentence."""

from __future__ import annotations

from collections.abc import Callable

from tlcore.data.corpus import words
from tlcore.data.corpus.clause import join
from tlcore.data.corpus.dice import Dice
from tlcore.data.corpus.hangul import Predicate, is_a, particle
from tlcore.data.corpus.pair_parts import LASTING, UNWISHED, Action, PairParts
from tlcore.data.corpus.sentence import Sentence
from tlcore.data.corpus.words import article, capital


class Pairs(PairParts):
    def __init__(self, dice: Dice) -> None:
        super().__init__(dice)
        self.ways: tuple[Callable[[], tuple[str, str]], ...] = (
            *[self._plain] * 8,
            *[self._question] * 2,
            *[self._wish, self._can, self._must, self._likes, self._because, self._because],
            *[self._if, self._and, self._and, self._but, self._after, self._before],
            *[self._please, self._do_not, self._together, self._is, self._is, self._than],
            *[self._there, self._there, self._job, self._asked, self._asked, self._has],
        )

    def one(self) -> Sentence:
        self.trace.clear()
        number = int(self.dice.random() * len(self.ways))
        self.trace.append(self.ways[number].__name__.strip("_"))
        english, korean = self.ways[number]()
        return Sentence(capital(english), "pair", " ".join(self.trace), translation=korean)

    # Ways to say it; each returns English and Korean

    def _plain(self) -> tuple[str, str]:
        who, tense = self._subject(), self._tense()
        without = {"prog": LASTING, "fut": UNWISHED, "pres": UNWISHED}.get(tense, "")
        action = self._action(without=without)
        negated = self.dice.chance(0.15)
        self.trace.append("not" if negated else "")
        when, time = self._time(tense, 1.0 if tense in ("prog",) else 0.6)
        before_verb = when in ("often", "sometimes", "soon")
        if before_verb and (tense == "fut" or negated):
            when = time = ""
        head = self._head(action, who, tense, negated)
        said = (when, head) if before_verb else (head, when)
        english = join(who.english, *said)
        korean = join(
            particle(who.korean, "은"), time, action.korean, action.predicate.told(tense, negated)
        )
        return english + ".", korean + "."

    def _question(self) -> tuple[str, str]:
        who, tense = self._subject(), self.dice.pick(("past", "pres", "fut"))
        action = self._action()
        self.trace.append(tense)
        when, time = self._time(tense)
        if when in ("often", "sometimes", "soon"):
            when = time = ""
        you = who.person in ("1", "1p")
        name = "you" if you else who.english
        helper = {"past": "did", "fut": "will"}.get(tense) or (
            "does" if who.third and not you else "do"
        )
        korean = join("" if you else particle(who.korean, "은"), time, action.korean)
        english = join(helper, name, action.said("base"), when)
        return english + "?", f"{korean} {action.predicate.told(tense)}?".strip()

    def _asked(self) -> tuple[str, str]:
        who = self._subject()
        action = self._action(placed=False)
        word, korean = self.dice.pick((("where", "어디에서"), ("when", "언제"), ("why", "왜")))
        if word == "where" and (
            not action.korean or "에" in action.korean or "집" in action.korean
        ):
            word, korean = "when", "언제"
        self.trace.append(word)
        you = who.person in ("1", "1p")
        name = "you" if you else who.english
        said = join("" if you else particle(who.korean, "은"), korean, action.korean)
        return (
            f"{word} did {name} {action.said('base')}?",
            f"{said} {action.predicate.past}?",
        )

    def _wish(self) -> tuple[str, str]:
        who, action = self._subject(), self._action(without=UNWISHED)
        past = self.dice.chance(0.3)
        first = who.person in ("1", "1p")
        self.trace.append("past" if past else "pres")
        end = (
            ("고 싶었어요" if past else "고 싶어요")
            if first
            else ("고 싶어 했어요" if past else "고 싶어 해요")
        )
        want = "wanted" if past else "wants" if who.third else "want"
        korean = join(particle(who.korean, "은"), action.korean, action.predicate.stem + end)
        return f"{who.english} {want} to {action.said('base')}.", korean + "."

    def _can(self) -> tuple[str, str]:
        who, action = self._subject(), self._action(without=UNWISHED)
        negated = self.dice.chance(0.4)
        self.trace.append("not" if negated else "")
        end = " 수 없어요" if negated else " 수 있어요"
        korean = join(particle(who.korean, "은"), action.korean, action.predicate.future + end)
        can = "cannot" if negated else "can"
        return f"{who.english} {can} {action.said('base')}.", korean + "."

    def _must(self) -> tuple[str, str]:
        who, action = self._subject(), self._action(without=UNWISHED)
        korean = join(
            particle(who.korean, "은"), action.korean, action.predicate.linked + "야 해요"
        )
        has = "has" if who.third else "have"
        return f"{who.english} {has} to {action.said('base')}.", korean + "."

    def _likes(self) -> tuple[str, str]:
        who, action = self._subject(), self._action(without=UNWISHED)
        korean = join(particle(who.korean, "은"), action.korean, action.predicate.doing)
        like = "likes" if who.third else "like"
        return f"{who.english} {like} to {action.said('base')}.", korean + " 것을 좋아해요."

    def _because(self) -> tuple[str, str]:
        who, action = self._subject(), self._action()
        negated = self.dice.chance(0.3)
        why, reason = self.dice.pick(self.because["because_not" if negated else "because"])
        self.trace.append("not" if negated else "")
        english = join(who.english, self._head(action, who, "past", negated), "because", why)
        korean = join(
            reason,
            particle(who.korean, "은"),
            action.korean,
            action.predicate.told("past", negated),
        )
        return english + ".", korean + "."

    def _if(self) -> tuple[str, str]:
        who, action = self._subject(), self._action(without=UNWISHED)
        when, condition = self.dice.pick(self.whether)
        korean = join(condition, particle(who.korean, "은"), action.korean, action.predicate.will)
        return f"if {when}, {who.english} will {action.said('base')}.", korean + "."

    def _and(self) -> tuple[str, str]:
        who, tense = self._subject(), self.dice.pick(("past", "past", "pres", "fut"))
        self.trace.append(tense)
        first, second = self._two()
        head = self._head(second, who, tense, False).removeprefix("will ")
        english = join(who.english, self._head(first, who, tense, False), "and", head)
        korean = join(particle(who.korean, "은"), first.korean, first.predicate.stem + "고")
        return english + ".", f"{join(korean, second.korean)} {second.predicate.told(tense)}."

    def _two(self) -> tuple[Action, Action]:
        first, second = self._action(), self._action()
        while second.predicate.stem == first.predicate.stem:
            second = self._action()
        return first, second

    def _but(self) -> tuple[str, str]:
        who = self._subject()
        first, second = self._two()
        english = join(who.english, first.said("past"), "but did not", second.said("base"))
        korean = join(particle(who.korean, "은"), first.korean, first.predicate.before + "지만")
        end = second.predicate.told("past", True)
        return english + ".", f"{join(korean, second.korean)} {end}."

    def _after(self) -> tuple[str, str]:
        who = self._subject()
        first, second = self._two()
        korean = join(
            particle(who.korean, "은"), first.korean, first.predicate.done, "후에", second.korean
        )
        english = f"after {first.said('ing')}, {who.english} {second.said('past')}."
        return english, f"{korean} {second.predicate.past}."

    def _before(self) -> tuple[str, str]:
        who = self._subject()
        first, second = self._two()
        korean = join(
            particle(who.korean, "은"),
            first.korean,
            first.predicate.stem + "기 전에",
            second.korean,
        )
        english = f"before {first.said('ing')}, {who.english} {second.said('past')}."
        return english, f"{korean} {second.predicate.past}."

    def _please(self) -> tuple[str, str]:
        action = self._action(without=f"{UNWISHED}|sleep|see|ride")
        korean = join(action.korean, action.predicate.linked, "주세요")
        return f"please {action.said('base')}.", korean + "."

    def _do_not(self) -> tuple[str, str]:
        action = self._action(without="find")
        korean = join(action.korean, action.predicate.stem + "지 마세요")
        return f"please do not {action.said('base')}.", korean + "."

    def _together(self) -> tuple[str, str]:
        action = self._action(without=f"{UNWISHED}|sleep")
        when, time = self._time("fut")
        if when == "soon":
            when = time = ""
        korean = join(time, "같이", action.korean, action.predicate.now)
        return join("let us", action.said("base"), "together", when) + ".", korean + "."

    def _is(self) -> tuple[str, str]:
        name = self.dice.pick(tuple(self.adjectives))
        english, korean, counter = self.dice.pick(self.nouns[name])
        known = self.adjectives[name]
        if counter == "-":
            known = [a for a in known if a[0] not in ("big", "small")] or known
        adjective, _, linked = self.dice.pick(known)
        past, very = self.dice.chance(0.4), self.dice.chance(0.4)
        said = Predicate("", linked, "")
        this = self.dice.chance(0.4)
        many = counter == "p"
        self.trace.append(f"{past:d}{very:d}{this:d}{many:d}")
        the = ("these" if many else "this") if this else "the"
        be = ("were" if many else "was") if past else ("are" if many else "is")
        english = join(the, english, be, "very" if very else "", adjective)
        korean = join(
            "이" if this else "",
            particle(korean, "은" if this else "이"),
            "아주" if very else "",
            said.past if past else said.now,
        )
        return english + ".", korean + "."

    def _than(self) -> tuple[str, str]:
        name = self.dice.pick([key for key in self.adjectives if key not in ("drink", "animal")])
        first, second = self.dice.two([n for n in self.nouns[name] if n[2] not in "-p"])
        adjective, _, linked = self.dice.pick(self.adjectives[name])
        said = Predicate("", linked, "")
        english = f"the {first[0]} is {more(adjective)} than the {second[0]}."
        return english, f"{particle(first[1], '은')} {second[1]}보다 더 {said.now}."

    def _there(self) -> tuple[str, str]:
        name = self.dice.pick(("reading", "goods", "animal", "lost"))
        nouns = self.nouns[name]
        english, korean, counter = self.dice.pick(nouns)
        where, spot = self.dice.pick([s for s in self.spots if english not in s[0]])
        past, none, many = self.dice.chance(0.4), self.dice.chance(0.2), counter == "p"
        self.trace.append(f"{past:d}{none:d}{many:d}")
        be = ("were" if many else "was") if past else ("are" if many else "is")
        what = f"no {english}" if none else english if many else f"{article(english)} {english}"
        end = ("없었어요" if past else "없어요") if none else ("있었어요" if past else "있어요")
        return f"there {be} {what} {where}.", f"{spot}에 {particle(korean, '이')} {end}."

    def _job(self) -> tuple[str, str]:
        who = self._subject()
        while who.person in ("1p", "3p") or "team" in who.english or who.english.startswith("the "):
            who = self._subject()
        job, korean = self.dice.pick(self.jobs)
        past = self.dice.chance(0.3)
        self.trace.append("past" if past else "pres")
        be = "was" if past else "am" if who.person == "1" else "is"
        english = f"{who.english} {be} {article(job)} {job}."
        return english, f"{particle(who.korean, '은')} {is_a(korean, past)}."

    def _has(self) -> tuple[str, str]:
        who = self._subject()
        name = self.dice.pick(("goods", "animal", "lost", "reading"))
        english, korean = self._object(name)
        past = self.dice.chance(0.3)
        self.trace.append("past" if past else "pres")
        has = "had" if past else "has" if who.third else "have"
        end = "있었어요" if past else "있어요"
        korean = f"{particle(who.korean, '은')} {particle(korean, '이')} {end}."
        return f"{who.english} {has} {english}.", korean


def more(adjective: str) -> str:
    short = len(adjective) < 7 and adjective != "famous"
    return words.compared(adjective, short)[0]
