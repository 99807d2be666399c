"""The corpus: 200,000 distinct sentences, the same for a seed on every machine, in four splits.

`train` and `valid` share templates; a sentence of `test_template` has a template that no training
sentence has, one of `test_fact` tells a fact of the invented world (or sorts a category of words)
that no training sentence tells.  Kinds come one after another: shuffle before training.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tlcore.data.corpus.asking import EventQuestions
from tlcore.data.corpus.dice import Dice, bucket
from tlcore.data.corpus.facts import Entities, Facts, held_out
from tlcore.data.corpus.grammar import Grammar, Scene
from tlcore.data.corpus.korean import KoreanSenses
from tlcore.data.corpus.lexicon import lexicon, read
from tlcore.data.corpus.lists import Lists
from tlcore.data.corpus.pairs import Pairs
from tlcore.data.corpus.sentence import KINDS, SPLITS, Sentence, finished
from tlcore.data.corpus.sentiment import Reviews
from tlcore.data.corpus.writer import Writer

COUNTS = {  # sentences of each kind: 200,000 together
    "scene": 112_000,
    "sense": 22_000,
    "sentiment": 14_000,
    "fact": 14_000,
    "question": 10_000,
    "entity": 8_000,
    "list": 5_000,
    "pair": 10_000,
    "korean": 5_000,
}
HELD_TEMPLATES = 5  # % of templates
VALID = 2  # % of what could be trained on
WORDS = (4, 30)  # shortest and longest scene
GIVE_UP = 5_000  # draws in a row that were all there already

Maker = Callable[[], Sentence]


def sentences(
    split: str, seed: int = 0, kinds: Sequence[str] = KINDS, counts: dict[str, int] | None = None
) -> Iterator[Sentence]:
    """Every sentence of a split.  `counts`: how many are drawn of each kind, in all splits."""
    if split not in SPLITS:
        raise ValueError(f"split {split!r} is not one of {SPLITS}")
    for found, sentence in everything(seed, kinds, counts):
        if found == split:
            yield sentence


def everything(
    seed: int = 0, kinds: Sequence[str] = KINDS, counts: dict[str, int] | None = None
) -> Iterator[tuple[str, Sentence]]:
    """(split, sentence) of the whole corpus, no text twice."""
    seen: set[str] = set()
    for kind in kinds:
        make = _maker(kind, Dice(seed, kind))
        wanted, made, idle = (counts or COUNTS)[kind], 0, 0
        while made < wanted:
            sentence = make()
            if sentence.text in seen or not _fits(sentence):
                idle += 1
                if idle > GIVE_UP:
                    raise RuntimeError(f"{kind}: no more than {made} distinct sentences")
                continue
            made, idle = made + 1, 0
            seen.add(sentence.text)
            yield split_of(sentence), sentence


def split_of(sentence: Sentence) -> str:
    """By fact, then by template, then by the text: never by the order of drawing."""
    if sentence.kind == "list":
        if sentence.fact:
            return "test_fact"
    elif sentence.fact and held_out(sentence.fact):
        return "test_fact"
    if held_template(sentence):
        return "test_template"
    return "valid" if bucket(f"valid/{sentence.text}") < VALID else "train"


def held_template(sentence: Sentence) -> bool:
    """Facts are held out by the way they are said, whatever stands around it."""
    parts = [part for part in sentence.template.split() if part.startswith("way:")]
    for part in parts or [f"{sentence.kind}/{sentence.template}"]:
        if bucket(f"template/{part}") < HELD_TEMPLATES:
            return True
    return False


def _fits(sentence: Sentence) -> bool:
    """Scenes have 4 to 30 words."""
    if sentence.kind not in ("scene", "sense"):
        return True
    return WORDS[0] <= sentence.text.count(" ") + 1 <= WORDS[1]


def scenes(grammar: Grammar) -> tuple[Scene, ...]:
    told = read("scenes")
    return tuple(
        Scene(name, about, grammar.things.get(name, ""), grammar.words)
        for name, about in told.items()
    )


def senses(grammar: Grammar) -> dict[str, Scene]:
    """ "bank.money": its events."""
    return {
        f"{word}.{sense}": Scene(sense, about, "", grammar.words)
        for word, known in read("senses").items()
        for sense, about in known.items()
    }


def _maker(kind: str, dice: Dice) -> Maker:
    if kind in ("scene", "sense", "question"):
        return _with_grammar(kind, Grammar(lexicon()), dice)
    if kind == "korean":
        korean = KoreanSenses(dice)
        return _in_turn(tuple(korean.lines), korean.one)
    plain: dict[str, Callable[[Dice], Maker]] = {
        "sentiment": lambda dice: Reviews(dice).one,
        "fact": lambda dice: Facts(dice).one,
        "entity": lambda dice: Entities(dice).one,
        "list": lambda dice: Lists(dice).one,
        "pair": lambda dice: Pairs(dice).one,
    }
    return plain[kind](dice)


def _with_grammar(kind: str, grammar: Grammar, dice: Dice) -> Maker:
    writer = Writer(grammar, dice)
    if kind == "scene":
        places = scenes(grammar)

        def scene() -> Sentence:
            chosen = dice.pick(places)
            text, spans = finished(writer.sentence(chosen, grammar.patterns["scene"]))
            return Sentence(text, "scene", " ".join(writer.trace), chosen.name, spans)

        return scene
    if kind == "sense":
        known = senses(grammar)

        def sense(name: str) -> Sentence:
            text, spans = finished(writer.sentence(known[name], grammar.patterns["sense"]))
            return Sentence(text, "sense", " ".join(writer.trace), name, spans)

        return _in_turn(tuple(known), sense)
    asking, facts = EventQuestions(grammar, scenes(grammar), dice), Facts(dice)
    return lambda: facts.question() if dice.chance(0.5) else asking.one()


def _in_turn(names: tuple[str, ...], make: Callable[[str], Sentence]) -> Maker:
    """The senses take turns, so that each has as many."""
    turn = 0

    def next_one() -> Sentence:
        nonlocal turn
        turn = (turn + 1) % len(names)
        return make(names[turn])

    return next_one
