"""Word-to-label lists for learning in context: "berry : A / wolf : B / plum : A / bear :".

In each list a category of words is given a label at random; the words of one category are held out,
so that only the list itself can tell.
"""

from __future__ import annotations

from tlcore.data.corpus.dice import Dice
from tlcore.data.corpus.lexicon import lexicon, read
from tlcore.data.corpus.sentence import Sentence

MARKS = "ABCDEFGH"


class Lists:
    def __init__(self, dice: Dice) -> None:
        told = read("lists")
        self.dice = dice
        nouns = lexicon()
        self.categories = {
            name: tuple(n.one or n.many or "" for key in text.split() for n in nouns.of(key))
            for name, text in told["categories"].items()
        }
        self.names = tuple(self.categories)
        self.held_out = frozenset(told["held_out"].split())

    def one(self) -> Sentence:
        """The label of the last word is the label; two or three categories, 4 to 12 words."""
        dice = self.dice
        count = 3 if dice.chance(0.25) else 2
        chosen = dice.shuffled(self.names)[:count]
        marks = dice.shuffled(MARKS)[:count]
        length = 4 + int(dice.random() * 9)
        told: list[str] = []
        shape = ""
        used: set[str] = set()
        while len(told) < length:
            # each category appears before any is asked for
            which = len(told) if len(told) < count else int(dice.random() * count)
            word = dice.pick(self.categories[chosen[which]])
            if word in used:
                continue
            used.add(word)
            told.append(f"{word} : {marks[which]}")
            shape += str(which)
        fact = "list / " + "+".join(sorted(chosen)) if self.held_out & set(chosen) else ""
        return Sentence(" / ".join(told), "list", f"list {shape}", told[-1][-1], (), fact)
