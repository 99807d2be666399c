"""What a measurement of senses says (tlcore.experiments.words.run.senses), with how far it can be
trusted.

Differences are paired: by sentence for one word, by word for the mean of several.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import mean
from typing import Any

from tlcore.ground import recorded
from tlcore.ground.difference import Difference, of_answers, of_seeds
from tlcore.ground.paths import ASSETS
from tlcore.ground.spread import interval, of_items

Result = Mapping[str, Any]
STATIC, OTHERS = "static", "others"
CHOOSE, ASKED, KOREAN = "choose", "asked", "korean"


def layers(result: Result) -> list[str]:
    """Ids of the views that are layers, from the input."""
    return [str(number) for number in range(len(result["layers"]))]


def of_group(result: Result, group: str) -> list[Mapping[str, Any]]:
    return [word for word in result["words"] if word["group"] == group]


def accuracy(words: Sequence[Mapping[str, Any]], view: str) -> tuple[float, float, float]:
    """(mean, low, high) over these words; of one word, that of its sentences (Wilson)."""
    if len(words) == 1:
        told = words[0]["views"][view]
        low, high = told["interval"]
        return told["accuracy"], low, high
    middle, half = interval([word["views"][view]["accuracy"] for word in words])
    return middle, max(0.0, middle - half), min(1.0, middle + half)


def over_chance(words: Sequence[Mapping[str, Any]], view: str) -> tuple[float, float, Difference]:
    """(share told right, share of guessing, their difference) over all sentences together."""
    pairs = [
        (right, 1 / len(word["senses"])) for word in words for right in word["views"][view]["right"]
    ]
    gaps, guesses = [right - guess for right, guess in pairs], [guess for _, guess in pairs]
    middle, half = of_items(gaps, (-max(guesses), 1 - min(guesses)))
    found = Difference(mean(gaps), middle - half, middle + half)
    return mean(right for right, _ in pairs), mean(guesses), found


def on_its_card(backbone: str) -> tuple[float, float] | None:
    """(share told right by the last layer, of guessing) in held-out sentences of the generator that
    a small model was taught by; None where its card does not tell."""
    file = ASSETS / "backbones" / f"{backbone}.json"
    told = (recorded.read(file) or {}).get("senses")
    return None if not told else (told["by_layer"][-1], told["chance"])


def best_layer(result: Result) -> str:
    """That of the nine words' mean; the first of equals.  "bank" has no say in it."""
    words = of_group(result, CHOOSE)
    return max(layers(result), key=lambda view: accuracy(words, view)[0])


def difference(words: Sequence[Mapping[str, Any]], view: str, other: str) -> Difference:
    """Of one word: over its sentences; of several: over the words."""
    if len(words) == 1:
        views = words[0]["views"]
        return of_answers(views[view]["right"], views[other]["right"])
    one, two = ([word["views"][name]["accuracy"] for word in words] for name in (view, other))
    return of_seeds(one, two, min(word["n"] for word in words))
