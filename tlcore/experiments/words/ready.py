"""Words to begin with: sentences that stand ready, and the sense of each occurrence in them.

The sentences of "bank" are written for this page; the forty of samples.bank() are kept for the one
question they are for.  The other words' sentences are the first of each sense of the written sets.
"""

from __future__ import annotations

from functools import cache

from tlcore.data.texts import occurrences, samples
from tlcore.data.texts.samples import WordInContext

BANK = (  # two banks in the first one, in this order
    (
        "She walked from the bank, where she had paid in her wages, down to the bank of the river.",
        ("money", "river"),
    ),
    ("The bank raised its fees again.", ("money",)),
    ("The boat scraped against the muddy bank.", ("river",)),
    ("He asked the bank for a loan.", ("money",)),
    ("Reeds grow along the bank.", ("river",)),
)
EACH = 3  # sentences of a sense
KOREAN = "korean"


@cache
def words() -> dict[str, str]:
    """Each word, "english" or "korean"; the one to begin with first."""
    english = ("bank", *(one.word for one in samples.senses()))
    korean = (one.word for one in samples.korean())
    return dict.fromkeys(english, "english") | dict.fromkeys(korean, KOREAN)


@cache
def sentences(word: str) -> tuple[str, ...]:
    """Of a word of `words`."""
    if word == "bank":
        return tuple(text for text, _ in BANK)
    known = _written(word)
    senses = list(dict.fromkeys(one.sense for one in known))
    by_sense = [[one.text for one in known if one.sense == sense][:EACH] for sense in senses]
    return tuple(text for group in zip(*by_sense, strict=True) for text in group)


def sense(word: str, sentence: str, start: int) -> str | None:
    """What the occurrence at character `start` means; None where nobody has written it down."""
    return _known(word).get((sentence, start))


@cache
def _known(word: str) -> dict[tuple[str, int], str]:
    found = {(one.text, one.start): one.sense for one in _written(word)}
    if word == "bank":
        for text, senses in BANK:
            places = occurrences.find(word, [text])
            found |= {(text, at.start): s for at, s in zip(places, senses, strict=True)}
    return found


def _written(word: str) -> tuple[WordInContext, ...]:
    """Not of "bank": its forty are asked in tlcore.experiments.words.run.senses, never shown one by
    one."""
    return tuple(one for one in (*samples.senses(), *samples.korean()) if one.word == word)
