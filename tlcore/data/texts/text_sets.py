"""Labelled texts, as text: the written sets and the one that templates make.  No torch here.

Which texts are validated on is drawn once and never changes; nothing is tuned on a test text.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache

from tlcore.catalog import own_texts
from tlcore.catalog.labelled import Labelled, TextSet
from tlcore.data.texts import samples

CLASSES = {
    "reviews": ("negative", "positive"),
    "topics": ("sport", "health", "money", "travel", "law"),
    "template_reviews": ("negative", "positive"),
    "template_to_written": ("negative", "positive"),
}
VALIDATED = 60  # of the 300 written training texts; the other 240 are the pool
GENERATED = 6_000  # drawn of the corpus' reviews, in all of its splits


def read(name: str) -> TextSet:
    """Of the catalogue, or a reader's own.  Raises KeyError for what is no text set, and
    UserError("text_csv.gone")."""
    if name.startswith("texts-"):
        return own_texts.read(name)
    return _read(name)


@cache
def _read(name: str) -> TextSet:
    classes = CLASSES[name]
    if name == "reviews":
        found = {s: [(r.text, r.label) for r in samples.reviews(s)] for s in ("train", "test")}
    elif name == "topics":
        found = {s: [(d.text, d.topic) for d in samples.documents(s)] for s in ("train", "test")}
    else:
        return _generated(name)
    pool, val = _held(_labelled(found["train"], classes), VALIDATED)
    return TextSet(classes, pool, val, _labelled(found["test"], classes))


def _generated(name: str) -> TextSet:
    """The corpus' reviews.  Tested on templates that no training text has; or on the written
    reviews, which no template made."""
    from tlcore.data.corpus import corpus

    classes = CLASSES[name]
    found: dict[str, list[tuple[str, str]]] = {"train": [], "valid": [], "test_template": []}
    for split, sentence in corpus.everything(kinds=["sentiment"], counts={"sentiment": GENERATED}):
        found[split].append((sentence.text, sentence.label))
    parts = {split: _labelled(rows, classes) for split, rows in found.items()}
    test = parts["test_template"]
    if name == "template_to_written":
        test = read("reviews").test
    return TextSet(classes, parts["train"], parts["valid"], test)


def _labelled(rows: Sequence[tuple[str, str]], classes: Sequence[str]) -> Labelled:
    texts, labels = zip(*rows, strict=True)
    return Labelled(tuple(texts), tuple(map(classes.index, labels)))


def _held(found: Labelled, count: int) -> tuple[Labelled, Labelled]:
    """(the rest, `count` texts with equal shares of each label), drawn by lot, in their order."""
    lot = random.Random(0)
    labels = sorted(set(found.labels))
    held: set[int] = set()
    for label in labels:
        members = [i for i, own in enumerate(found.labels) if own == label]
        held |= set(lot.sample(members, count // len(labels)))
    return _chosen(found, [i for i in range(len(found)) if i not in held]), _chosen(
        found, sorted(held)
    )


def _chosen(found: Labelled, places: Sequence[int]) -> Labelled:
    return Labelled(tuple(found.texts[i] for i in places), tuple(found.labels[i] for i in places))
