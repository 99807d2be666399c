"""Word forms of English and Korean, held to hand-written ones."""

from __future__ import annotations

import pytest

from tlcore.data.corpus import words
from tlcore.data.corpus.clause import Clause
from tlcore.data.corpus.dice import Dice
from tlcore.data.corpus.event import events
from tlcore.data.corpus.hangul import Predicate, is_a, particle
from tlcore.data.corpus.lexicon import lexicon
from tlcore.data.corpus.phrase import Phrase, Phrases
from tlcore.data.corpus.sentence import Span, finished


@pytest.mark.parametrize(
    ("noun", "many"),
    [("cherry", "cherries"), ("boy", "boys"), ("box", "boxes"), ("church", "churches")],
)
def test_plurals_by_rule(noun, many):
    assert words.plural(noun) == many


@pytest.mark.parametrize(
    ("name", "past", "participle", "ing", "third"),
    [
        ("stop", "stopped", "stopped", "stopping", "stops"),
        ("carry", "carried", "carried", "carrying", "carries"),
        ("eat", "ate", "eaten", "eating", "eats"),
        ("tie", "tied", "tied", "tying", "ties"),
        ("travel", "travelled", "travelled", "travelling", "travels"),
        ("open", "opened", "opened", "opening", "opens"),
        ("be", "was", "been", "being", "is"),
        ("pick_up", "picked", "picked", "picking", "picks"),
    ],
)
def test_verbs(name, past, participle, ing, third):
    verb = lexicon().verb(name)
    assert (verb.past, verb.participle, verb.ing, verb.third) == (past, participle, ing, third)


@pytest.mark.parametrize(
    ("adjective", "short", "more"),
    [
        ("big", True, "bigger"),
        ("grey", True, "greyer"),
        ("happy", True, "happier"),
        ("sweet", True, "sweeter"),
        ("sad", True, "sadder"),
        ("famous", False, "more famous"),
        ("good", True, "better"),
    ],
)
def test_comparison(adjective, short, more):
    assert words.compared(adjective, short)[0] == more


@pytest.mark.parametrize(
    ("following", "said"),
    [("apple", "an"), ("hour", "an"), ("uniform", "a"), ("euro", "a"), ("X-ray", "an")],
)
def test_a_or_an_goes_by_the_sound(following, said):
    assert words.article(following) == said


@pytest.fixture
def feeding():
    """The farmer feeds the cows with hay; nothing is drawn but what is given."""
    line = "farmer | feed | {cow:pl:the:plain} with hay | q"
    phrases = Phrases(lexicon(), Dice(0), [])
    (event,) = events(line, lexicon())

    def clause(tense: str, negated: bool = False) -> Clause:
        made = Clause(event, Phrase("the farmer", False, "she"), tense, negated, phrases)
        made.short = True
        return made

    return clause


def test_one_clause_is_said_in_every_way(feeding):
    clause = feeding("past")
    assert clause.full() == "the farmer fed the cows with hay"
    assert clause.passive() == "the cows were fed with hay"
    assert clause.asked() == "did the farmer feed the cows with hay"
    assert clause.who() == "fed the cows with hay"
    assert clause.what() == "did the farmer feed with hay"
    assert clause.that() == "the farmer fed with hay"
    assert clause.tag() == "didn't she"
    assert clause.ing() == "feeding the cows with hay"
    assert clause.again("pastperf") == "she had fed the cows with hay"


@pytest.mark.parametrize(
    ("tense", "told"),
    [
        ("pres", "doesn't feed"),
        ("prog", "isn't feeding"),
        ("perf", "hasn't fed"),
        ("fut", "won't feed"),
        ("can", "can't feed"),
    ],
)
def test_negation_takes_the_helper_of_its_tense(feeding, tense, told):
    assert feeding(tense, True).full() == f"the farmer {told} the cows with hay"


def test_a_second_verb_takes_the_form_of_the_first():
    (event,) = events("hiker | sit | on the bank and &watch the water |", lexicon())
    phrases = Phrases(lexicon(), Dice(0), [])
    who = Phrase("the hiker", False, "he")
    told = {tense: Clause(event, who, tense, False, phrases).core() for tense in ("past", "pres")}
    assert told["past"] == "the hiker sat on the bank and watched the water"
    assert told["pres"] == "the hiker sits on the bank and watches the water"
    assert (
        "did the hiker sit on the bank and watch"
        in Clause(event, who, "past", False, phrases).asked()
    )


def test_marks_nest_and_vanish():
    text, spans = finished("\x01A\x01Pmira\x02\x02 won.")
    assert text == "Mira won."
    assert spans == (Span(0, 4, "person"), Span(0, 4, "answer"))


@pytest.mark.parametrize(
    ("word", "kind", "told"),
    [
        ("책", "을", "책을"),
        ("사과", "을", "사과를"),
        ("민호", "은", "민호는"),
        ("상민", "은", "상민은"),
        ("저", "이", "제가"),
        ("서울", "으로", "서울로"),
        ("집", "으로", "집으로"),
        ("배", "과", "배와"),
    ],
)
def test_particles_follow_the_last_letter(word, kind, told):
    assert particle(word, kind) == told


@pytest.mark.parametrize(
    ("forms", "now", "past", "will", "doing", "done"),
    [
        (("먹", "먹어", "먹을"), "먹어요", "먹었어요", "먹을 거예요", "먹는", "먹은"),
        (("가", "가", "갈"), "가요", "갔어요", "갈 거예요", "가는", "간"),
        (("만들", "만들어", "만들"), "만들어요", "만들었어요", "만들 거예요", "만드는", "만든"),
        (("돕", "도와", "도울"), "도와요", "도왔어요", "도울 거예요", "돕는", "도운"),
        (("고르", "골라", "고를"), "골라요", "골랐어요", "고를 거예요", "고르는", "고른"),
    ],
)
def test_korean_endings(forms, now, past, will, doing, done):
    said = Predicate(*forms)
    assert (said.now, said.past, said.will, said.doing, said.done) == (now, past, will, doing, done)
    assert said.told("past", True) == forms[0] + "지 않았어요"


def test_a_noun_as_predicate():
    assert is_a("의사") == "의사예요"
    assert is_a("학생") == "학생이에요"
    assert is_a("학생", past=True) == "학생이었어요"
