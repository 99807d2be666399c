"""Specs of the language lessons: a word's vectors by layer, and senses told apart by them."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Literal

from tlcore import catalog
from tlcore.data.texts import occurrences, samples
from tlcore.training import spec_problems
from tlcore.training.spec_base import Spec


class OfTexts(Spec):
    backbone: str = "minilm"

    def problems(self) -> list[spec_problems.Problem]:
        if self.backbone not in catalog.texts():
            known = ", ".join(catalog.texts())
            return [("backbone.unknown", {"given": self.backbone[:40], "known": known})]
        return []


class WordsSpec(OfTexts):
    """One word in a reader's sentences: its vectors at every layer
    (tlcore.experiments.words.run.words)."""

    lane = "quick"
    kind: Literal["words"] = "words"
    word: str = "bank"
    sentences: tuple[str, ...] = ()

    def problems(self) -> list[spec_problems.Problem]:
        """All at once: what is missing, too much, too long, or not there."""
        found = super().problems()
        most, longest = occurrences.MOST_SENTENCES, occurrences.LONGEST
        word = self.word.strip()
        if not word or word != self.word or len(word) > occurrences.LONGEST_WORD:
            found.append(("words.word", {"most": occurrences.LONGEST_WORD}))
        if not 1 <= len(self.sentences) <= most:
            found.append(("words.count", {"given": len(self.sentences), "most": most}))
        for number, sentence in enumerate(self.sentences, start=1):
            if len(sentence) > longest:
                told = {"number": number, "given": len(sentence), "most": longest}
                found.append(("words.long", told))
        if not found and not occurrences.find(self.word, self.sentences):
            found.append(("words.nowhere", {"word": self.word}))
        return found


class SensesSpec(OfTexts):
    """Words of several senses in the written sentences: which layer tells the senses apart
    (tlcore.experiments.words.run.senses)."""

    lane = "quick"
    kind: Literal["senses"] = "senses"

    @property
    def texts(self) -> str:
        """Names the sentences; belongs to the hash of the run."""
        return _written()


@cache
def _written() -> str:
    names = ("bank.csv", "senses.csv", "korean.csv")
    read = b"".join((samples.FOLDER / name).read_bytes() for name in names)
    return hashlib.sha256(read).hexdigest()
