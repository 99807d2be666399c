"""Rules that name other rules, for texts that are no events: reviews and facts.

A rule is a list of ways; a field of a way is another rule (traced: it shapes the sentence) or a
list of words (not traced: content).
"""

from __future__ import annotations

from collections.abc import Mapping

from tlcore.data.corpus.dice import Dice
from tlcore.data.corpus.patterns import Field, compiled

Ways = tuple[tuple[str | Field, ...], ...]


def ways(text: str) -> Ways:
    """One a line."""
    return tuple(compiled(line.strip()) for line in text.splitlines() if line.strip())


class Rules:
    def __init__(self, rules: Mapping[str, str], dice: Dice, trace: list[str]) -> None:
        self.rules = {name: ways(text) for name, text in rules.items()}
        self.dice, self.trace = dice, trace
        self.words: dict[str, tuple[str, ...]] = {}  # "d.pos": content words of this text
        self.used: set[str] = set()  # no content word twice in a text

    def expand(self, name: str) -> str:
        options = self.rules[name]
        number = int(self.dice.random() * len(options))
        self.trace.append(f"{name}.{number}")
        return "".join([p if isinstance(p, str) else self._field(p) for p in options[number]])

    def _field(self, field: Field) -> str:
        name = f"{field.name}.{field.form}" if field.form else field.name
        if name in self.rules:
            return self.expand(name)
        options = self.words[name]
        word = self.dice.pick(options)
        for _ in range(9):
            if word not in self.used or name == "d.thing":
                break
            word = self.dice.pick(options)
        self.used.add(word)
        return word
