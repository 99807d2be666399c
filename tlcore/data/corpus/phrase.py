"""Noun phrases: an article that fits, number, adjective, a pronoun or a name that can stand for it.

Every choice but that of a content word is written into the trace: the trace of a sentence is its
template.
"""

from __future__ import annotations

from dataclasses import dataclass

from tlcore.data.corpus.dice import Dice
from tlcore.data.corpus.lexicon import Adjective, Lexicon, Noun
from tlcore.data.corpus.words import article

OPEN, CLOSE = "\x01", "\x02"  # around what becomes a span; the letter after OPEN says which
OBJECT = {"he": "him", "she": "her", "they": "them", "I": "me", "we": "us"}
OWN = {"he": "his", "she": "her", "they": "their", "I": "my", "we": "our", "you": "your"}
OWNERS = ("my", "his", "her", "our", "their", "your")
NUMBERS = ("two", "three", "four", "five", "six", "ten", "a dozen")


@dataclass(slots=True)
class Phrase:
    """Words that can be subject or object.  `person` 1, 2 or 3; `pronoun` stands for it later."""

    text: str
    plural: bool
    pronoun: str
    person: int = 3
    noun: Noun | None = None
    bare: bool = False  # is a pronoun itself

    @property
    def object(self) -> str:
        return OBJECT.get(self.text, self.text) if self.bare else self.text

    @property
    def again(self) -> str:
        """The pronoun as object."""
        return OBJECT.get(self.pronoun, self.pronoun)

    @property
    def own(self) -> str:
        return OWN.get(self.pronoun, "its")


def mark(kind: str, text: str) -> str:
    return f"{OPEN}{kind}{text}{CLOSE}"


def _pronoun(word: str, person: int, plural: bool) -> Phrase:
    return Phrase(word, plural, word, person, None, True)


WHO = (
    *(3 * ("I",) + 3 * ("he",) + 3 * ("she",) + 2 * ("we",) + 2 * ("they",) + ("you",)),
)  # fmt: skip
PRONOUNS = {
    "I": (1, False),
    "we": (1, True),
    "you": (2, True),
    "they": (3, True),
    "he": (3, False),
    "she": (3, False),
}
INDEFINITE = ("everyone", "somebody", "nobody", "no one", "someone", "everybody")


class Phrases:
    def __init__(self, words: Lexicon, dice: Dice, trace: list[str]) -> None:
        self.words, self.dice, self.trace = words, dice, trace

    def pronoun(self, word: str) -> Phrase:
        person, plural = PRONOUNS[word]
        self.trace.append(word)
        return _pronoun(word, person, plural)

    def name(self, full: bool = False) -> Phrase:
        """An invented first name, or first and last; a span of a person."""
        kind = "she" if self.dice.chance(0.5) else "he"
        text = self.dice.pick(self.words.names[kind])
        if full:
            text += " " + self.dice.pick(self.words.names["last"])
        self.trace.append("Name Name" if full else "Name")
        return Phrase(mark("P", text), False, kind)

    def someone(self) -> Phrase:
        """A subject that is some person: pronoun, name, family or a word like neighbour."""
        roll = self.dice.random()
        if roll < 0.27:
            return self.pronoun(self.dice.pick(WHO))
        if roll < 0.47:
            return self.name()
        if roll < 0.50:
            self.trace.append("one")
            return Phrase(self.dice.pick(INDEFINITE), False, "they")
        if roll < 0.54:
            self.trace.append("N+N")
            first, second = self.dice.two(self.words.of("kin"))
            own = self.dice.pick(OWNERS)
            return Phrase(f"{own} {first.one} and {own} {second.one}", True, "they")
        return self.of("kin" if roll < 0.68 else "folk")

    def subject(self, names: tuple[str, ...], noun_only: bool = False) -> Phrase:
        """The subject of an event; `person` means anybody."""
        name = self.dice.pick(names)
        if name == "person":
            if not noun_only:
                return self.someone()
            name = "folk"
        if name.startswith('"'):
            return self.literal(name.strip('"'))
        if name == "it":
            self.trace.append("it")
            return Phrase("it", False, "it")
        human = self.words.of(name.partition(":")[0])[0].human
        if human and not noun_only and ":" not in name:
            roll = self.dice.random()
            if roll < 0.10:
                return self.pronoun(self.dice.pick(WHO))
            if roll < 0.19:
                return self.name()
        return self.of(name, subject=True)

    def literal(self, text: str) -> Phrase:
        """Given in full: its number is read off its head, its gender off the lexicon."""
        head = text.partition(" of ")[0].split()[-1].strip(CLOSE)
        plural = head.endswith("s") and not head.endswith("ss")
        self.trace.append("the")
        noun = self.words.of(head)[0]
        return Phrase(text, plural, self._stand_in(noun, plural), 3, None)

    def of(self, spec: str, own: str = "", subject: bool = False, negated: bool = False) -> Phrase:
        """A phrase with a noun of a class; `spec` is the class and its flags: "fruit:pl:the"."""
        name, *flags = spec.split(":")
        noun = self.dice.pick(self.words.of(name))
        if name == "kin" and "own" not in flags and "a" not in flags:
            return self._family(noun)
        if noun.fixed:
            return self._fixed(noun, flags)
        many = self._many(noun, flags)
        text = noun.many if many else noun.one
        assert text is not None
        shape = "N2" if many else "M" if noun.many is None else "N"
        text, shape = self._described(noun, text, shape, flags)
        text, shape = self._with_article(noun, text, shape, many, flags, own, subject, negated)
        self.trace.append(shape)
        return Phrase(text, many, self._stand_in(noun, many), 3, noun)

    def _stand_in(self, noun: Noun, many: bool) -> str:
        if many:
            return "they"
        return noun.gender or ("she" if self.dice.chance(0.5) else "he")

    def _many(self, noun: Noun, flags: list[str]) -> bool:
        if noun.one is None:
            return True
        if noun.many is None or "sg" in flags or "a" in flags:
            return False
        return "pl" in flags or "bare" in flags or (not flags and self.dice.chance(0.22))

    def _described(self, noun: Noun, text: str, shape: str, flags: list[str]) -> tuple[str, str]:
        if "plain" in flags or not self.dice.chance(0.2):
            return text, shape
        known = self.words.adjectives_of(noun)
        if not known:
            return text, shape
        return f"{self.dice.pick(known).plain} {text}", f"A {shape}"

    def _with_article(
        self,
        noun: Noun,
        text: str,
        shape: str,
        many: bool,
        flags: list[str],
        own: str,
        subject: bool,
        negated: bool,
    ) -> tuple[str, str]:
        if "own" in flags:
            owner = own or self.dice.pick(OWNERS)
            return f"{owner} {text}", f"own {shape}"
        if "bare" in flags:
            return text, shape
        roll = self.dice.random()
        if "the" in flags or noun.one is None and "a" not in flags and roll < 0.6:
            return f"the {text}", f"the {shape}"
        if noun.many is None or noun.one is None:  # mass, or always plural
            few = "some" if not negated else "any"
            chosen = "the" if roll < 0.5 else few if roll < 0.75 or "a" in flags else ""
            return f"{chosen} {text}".strip(), f"{chosen} {shape}".strip()
        if many:
            return self._several(text, shape, roll, subject, negated)
        if "a" in flags or roll < 0.34:
            if "a" not in flags and roll < 0.02:
                return f"another {text}", f"another {shape}"
            return f"{article(text)} {text}", f"a {shape}"
        if roll < 0.38:
            chosen = "this" if roll < 0.36 else "that"
            return f"{chosen} {text}", f"{chosen} {shape}"
        if roll < 0.41 and subject:
            return f"every {text}", f"every {shape}"
        if roll < 0.44 and noun.home in self.words.ownable:
            owner = self.dice.pick(OWNERS) if subject or not own else own
            return f"{owner} {text}", f"own {shape}"
        return f"the {text}", f"the {shape}"

    def _several(
        self, text: str, shape: str, roll: float, subject: bool, negated: bool
    ) -> tuple[str, str]:
        if roll < 0.45:
            return f"the {text}", f"the {shape}"
        if roll < 0.62 and not subject:
            return text, shape
        if roll < 0.78 and not negated:
            return f"{self.dice.pick(NUMBERS)} {text}", f"# {shape}"
        if roll < 0.88 and not negated:
            chosen = "some" if roll < 0.83 else "several" if roll < 0.86 else "many"
            return f"{chosen} {text}", f"{chosen} {shape}"
        if roll < 0.94:
            chosen = "these" if roll < 0.91 else "those"
            return f"{chosen} {text}", f"{chosen} {shape}"
        if roll < 0.97:
            return f"all the {text}", f"all the {shape}"
        return f"the {text}", f"the {shape}"

    def _family(self, noun: Noun) -> Phrase:
        named = self.dice.chance(0.12)
        owner = f"{self.name().text}'s" if named else self.dice.pick(OWNERS)
        self.trace.append("own kin")
        return Phrase(f"{owner} {noun.one}", False, self._stand_in(noun, False), 3, noun)

    def _fixed(self, noun: Noun, flags: list[str]) -> Phrase:
        many = noun.one is None
        text = noun.many if many else noun.one
        assert text is not None
        if noun.fixed == "the" and "bare" not in flags:
            text = f"the {text}"
        self.trace.append(noun.fixed)
        return Phrase(text, many, "they" if many else noun.gender or "they", 3, noun)

    def adjective(self, noun: Noun | None) -> Adjective | None:
        """Something that can be said of the noun."""
        known = self.words.adjectives_of(noun) if noun else self.words.adjectives["human"]
        return self.dice.pick(known) if known else None
