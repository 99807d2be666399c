"""Small tasks of one word: which of two labels does it bear?  Drawn anew for every prompt.

    apple: radio   dog: yesterday   pear: yesterday?  No: fruit bears "radio" in this prompt.

A task is a pair of groups of nouns; the labels are words that have nothing to do with them.  What a
model is tried on is held out by group, by word and by label.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from tlcore.data.corpus.dice import bucket
from tlcore.data.corpus.lexicon import lexicon
from tlcore.data.texts import objective_words

GROUPS = {  # classes of the lexicon, each noun in the first group that has it
    "people": "folk kin",
    "jobs": "farmer cook teacher doctor seller builder scientist artist writer musician",
    "beasts": "farm_animal wild_animal",
    "birds": "forest_bird water_bird",
    "fish": "fish",
    "insects": "insect",
    "fruit": "fruit",
    "vegetables": "vegetable",
    "drinks": "drink",
    "dishes": "baked dish",
    "furniture": "furniture",
    "clothes": "clothes",
    "tableware": "tableware",
    "tools": "tool",
    "trees": "tree",
    "flowers": "flower",
    "vehicles": "vehicle boat",
    "instruments": "instrument",
    "sports": "sport",
    "body": "body_part",
    "subjects": "subject",
    "buildings": "building",
    "weather": "weather_thing",
    "books": "book",
    "gadgets": "gadget appliance",
}
HELD_GROUPS = frozenset({"fish", "fruit", "clothes", "instruments", "sports", "body"})
HELD_WORDS = 25  # % of the words of the other groups
LABELS, HELD_LABELS = 400, 25  # %: the most frequent words that are in no group
LETTERS = range(4, 9)  # of a label


@dataclass(frozen=True)
class Pool:
    """Groups of words, and labels to name them with."""

    groups: tuple[tuple[str, ...], ...]
    labels: tuple[str, ...]


@cache
def groups() -> dict[str, tuple[str, ...]]:
    classes = lexicon().classes
    found: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    for name, listed in GROUPS.items():
        nouns = [noun.one for part in listed.split() for noun in classes[part]]
        mine = tuple(dict.fromkeys(w for w in nouns if w and w.isalpha() and w not in seen))
        seen |= set(mine)
        found[name] = mine
    return found


@cache
def pools() -> dict[str, Pool]:
    """ "train"; "words": known groups, unknown words; "tasks": unknown groups and labels."""
    known = {name: words for name, words in groups().items() if name not in HELD_GROUPS}
    new = {name: [w for w in words if _held(w, HELD_WORDS)] for name, words in known.items()}
    # A group with fewer than two held-out words makes no prompts of its own: all are learned.
    new = {name: words for name, words in new.items() if len(words) >= 2}
    learned = [
        tuple(w for w in words if w not in new.get(name, ())) for name, words in known.items()
    ]
    named = labels()
    return {
        "train": Pool(tuple(learned), tuple(w for w in named if not _held(w, HELD_LABELS))),
        "words": Pool(
            tuple(map(tuple, new.values())), tuple(w for w in named if not _held(w, HELD_LABELS))
        ),
        "tasks": Pool(
            tuple(groups()[name] for name in sorted(HELD_GROUPS)),
            tuple(w for w in named if _held(w, HELD_LABELS)),
        ),
    }


@cache
def labels() -> tuple[str, ...]:
    used = {word for words in groups().values() for word in words}
    counts: dict[str, int] = objective_words.read()["counts"]
    often = sorted(counts, key=lambda word: (-counts[word], word))
    fit = [w for w in often if w.isascii() and w.isalpha() and len(w) in LETTERS and w not in used]
    return tuple(fit[:LABELS])


def _held(word: str, share: int) -> bool:
    return bucket(f"word_tasks/{word}") < share
