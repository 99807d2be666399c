"""How well a word's vectors tell its senses apart, layer by layer, in held-out sentences.

Sentences of the corpus in templates that no training text has, with the very words that training
texts have: easier than sentences that somebody wrote (tlcore.experiments.words.run.senses asks
those).
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from tlcore.data.corpus import corpus
from tlcore.data.corpus.sentence import Sentence
from tlcore.data.texts import reading
from tlcore.experiments.words.run.senses import scores
from tlcore.networks.language.layers import parted
from tlcore.networks.language.small import Small
from tlcore.training import class_scores

EACH = 20  # sentences of a sense, at most
FEWEST = 5


def by_layer(stored: Small, korean: bool) -> dict[str, Any]:
    """Leave one out, nearest centroid: mean accuracy over words after each block, and what
    always naming a word's most frequent sense scores."""
    words = _words(corpus.sentences("test_template", 0, ("korean" if korean else "sense",)))
    told = []
    for sentences in words.values():
        labels = [one.label for one in sentences]
        told.append([fmean(scores(rows, labels)) for rows in vectors(stored, sentences)])
    guesses = [class_scores.commonest([s.label for s in found]) for found in words.values()]
    return {
        "words": list(words),
        "sentences": sum(map(len, words.values())),
        "chance": round(fmean(guesses), 4),
        "by_layer": [round(fmean(layer), 4) for layer in zip(*told, strict=True)],
    }


def _words(found: Any) -> dict[str, list[Sentence]]:
    """Of each word with two senses or more that came up often enough: sentences of each sense."""
    of_sense: dict[str, list[Sentence]] = {}
    for sentence in found:
        kept = of_sense.setdefault(sentence.label, [])
        if len(kept) < EACH:
            kept.append(sentence)
    words: dict[str, list[list[Sentence]]] = {}
    for label, kept in of_sense.items():
        if len(kept) >= FEWEST:
            words.setdefault(label.split(".")[0], []).append(kept)
    return {word: sum(senses, []) for word, senses in words.items() if len(senses) > 1}


@torch.no_grad()
def vectors(stored: Small, sentences: Sequence[Sentence]) -> list[npt.NDArray[np.float32]]:
    """(n, D) after each block: the mean over the pieces of the target word."""
    encoded = reading.encode([one.text for one in sentences])
    places = []
    for row, one in enumerate(sentences):
        span = next(span for span in one.spans if span.kind == "target")
        places.append(reading.pieces_of(encoded, row, span.start, span.end))
    x, found = torch.from_numpy(encoded.ids), []
    stored.whole.eval()
    for block in stored.blocks:
        x = block(x)
        layer, _ = parted(x)
        found.append(torch.stack([layer[n, at].mean(0) for n, at in enumerate(places)]).numpy())
    return found
