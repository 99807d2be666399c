"""Reviews of films, meals, shops, games and books, positive or negative, with the label known."""

from __future__ import annotations

import re

from tlcore.data.corpus.dice import Dice
from tlcore.data.corpus.lexicon import read
from tlcore.data.corpus.rules import Rules
from tlcore.data.corpus.sentence import Sentence, finished
from tlcore.data.corpus.words import article, capital

LABELS = {"pos": "positive", "neg": "negative"}
_STARTS = re.compile(r"([.!?] )([a-z])")


class Reviews:
    def __init__(self, dice: Dice) -> None:
        told = read("sentiment")
        self.dice = dice
        self.trace: list[str] = []
        self.rules = Rules(told["rules"], dice, self.trace)
        self.words = {f"w.{name}": tuple(t.split("|")) for name, t in told["words"].items()}
        self.domains = [
            {f"d.{name}": tuple(text.split("|")) for name, text in domain.items()}
            for domain in told["domain"].values()
        ]

    def one(self) -> Sentence:
        self.trace.clear()
        self.rules.used.clear()
        self.rules.words = self.words | self.dice.pick(self.domains)
        sign = "pos" if self.dice.chance(0.5) else "neg"
        text = self.rules.expand(f"review_{sign}")
        text = mended(text)
        return Sentence(finished(text)[0], "sentiment", " ".join(self.trace), LABELS[sign])


def mended(text: str) -> str:
    """a or an by the word that follows, and a capital after each full stop."""
    text = re.sub(r"\b(a|an|A|An) (?=(\S+))", _fitting, text)
    return _STARTS.sub(lambda found: found[1] + found[2].upper(), capital(text))


def _fitting(found: re.Match[str]) -> str:
    chosen = article(re.sub("\x01.", "", found[2]))
    return (chosen.capitalize() if found[1][0] == "A" else chosen) + " "
