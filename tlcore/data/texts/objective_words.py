"""How often a word stood in the text that the small models learned from: why a word is not said.

assets/language/word_counts.json holds it: counted by `python -m tlcore.data.texts.objective_words`
over the training part of the corpus, the one that its digest names.  Capitals do not matter.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any

from tlcore.data.corpus import card, corpus
from tlcore.data.corpus.lexicon import FOLDER
from tlcore.data.corpus.sentence import Sentence

FILE = FOLDER / "word_counts.json"


def lines(sentence: Sentence) -> tuple[str, ...]:
    """Everything that a model reads of a sentence (tlcore.data.corpus.texts does the same)."""
    asked = (sentence.question, sentence.answer) if sentence.question else ()
    return (sentence.text, *asked, sentence.translation)


def count(sentences: Iterable[Sentence]) -> Counter[str]:
    found: Counter[str] = Counter()
    for sentence in sentences:
        for line in lines(sentence):
            found.update(card.words(line))
    return found


def write() -> None:
    """Takes some ten seconds: the whole corpus is made again."""
    found = count(corpus.sentences("train"))
    told = {
        "digest": card.read()["digest"],
        "words": found.total(),
        "counts": dict(sorted(found.items())),
    }
    FILE.write_text(json.dumps(told, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


@cache
def read() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return told


def often(word: str) -> int:
    """Times among `total()` words; 0 of a word that never stood there, or is none."""
    found = card.words(unicodedata.normalize("NFC", word))
    return int(read()["counts"].get(found[0], 0)) if len(found) == 1 else 0


def total() -> int:
    return int(read()["words"])


if __name__ == "__main__":
    write()
