"""What the vectors of a word say, layer by layer (a result of
tlcore.experiments.words.run.words)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import mean
from typing import Any

Result = Mapping[str, Any]
Senses = Sequence[str | None]
ENGLISH_ONLY = ("minilm",)  # pre-trained on no other language
BLENDED = 0.03  # the last layer's cosine above the lowest one's: worth a sentence


@dataclass(frozen=True)
class Lines:
    """Mean cosines by layer, None where there is no such pair."""

    every: list[float | None]  # of all pairs of occurrences
    same: list[float | None]  # of pairs of one sense, where the senses are known
    different: list[float | None]
    unrelated: list[float | None]  # of different words, as a floor


@dataclass(frozen=True)
class Pair:
    first: int  # number of an occurrence
    second: int
    cosine: float


def view(result: Result, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(v for v in result["views"] if v["id"] == name)
    return found


def layers(result: Result) -> list[Mapping[str, Any]]:
    """The views that are layers, from the input."""
    return [v for v in result["views"] if v["id"].isdigit()]


def names(result: Result) -> list[str]:
    """Of each occurrence: the number of its sentence, with a letter where that has several."""
    numbers = [sentence for sentence, _, _ in result["found"]]
    seen: dict[int, int] = {}
    told = []
    for number in numbers:
        seen[number] = seen.get(number, 0) + 1
        letter = chr(ord("a") + seen[number] - 1) if numbers.count(number) > 1 else ""
        told.append(f"{number + 1}{letter}")
    return told


def lines(result: Result, senses: Senses) -> Lines:
    """`senses` of the occurrences; a pair with one that nobody knows is of no kind."""
    known = layers(result)
    count = len(result["found"])
    told = [
        (i, j)
        for i, j in combinations(range(count), 2)
        if senses[i] is not None and senses[j] is not None
    ]
    same = [(i, j) for i, j in told if senses[i] == senses[j]]
    different = [(i, j) for i, j in told if senses[i] != senses[j]]
    return Lines(
        [v["mean"] for v in known],
        [_mean(v, same) for v in known],
        [_mean(v, different) for v in known],
        [v["unrelated"] for v in known],
    )


def widest(told: Lines) -> tuple[int, float] | None:
    """(layer, gap) where one sense is farthest from the others; None where senses are unknown."""
    gaps = [
        (s - d, -number)
        for number, (s, d) in enumerate(zip(told.same, told.different, strict=True))
        if s is not None and d is not None
    ]
    if not gaps:
        return None
    gap, number = max(gaps)
    return -number, gap


def at_rest(result: Result) -> bool:
    """Whether all static rows are one: not where a tokenizer that keeps capitals met "Bank"."""
    return bool(view(result, "static")["mean"] == 1.0)


def placed(result: Result) -> bool:
    """Whether the first layer adds to the row where a word stands."""
    return bool(view(result, "0")["mean"] != view(result, "static")["mean"])


def garbled(result: Result) -> bool:
    """Whether the model met pieces it does not know, or Korean without having learned any: what
    its vectors do then is nothing about meaning."""
    english = result["backbone"] in ENGLISH_ONLY
    return any(read["unknown"] or (english and read["letters"]) for read in result["read"])


def extremes(result: Result, name: str) -> tuple[Pair, Pair] | None:
    """The most and the least alike pair of a view; None with less than two pairs."""
    table = view(result, name)["cosine"]
    told = [
        Pair(i, j, table[i][j])
        for i, j in combinations(range(len(table)), 2)
        if table[i][j] is not None
    ]
    if len(told) < 2:
        return None
    return max(told, key=lambda p: p.cosine), min(told, key=lambda p: p.cosine)


def together(result: Result) -> tuple[int, int] | None:
    """The first two occurrences that share a sentence."""
    numbers = [sentence for sentence, _, _ in result["found"]]
    for at in range(1, len(numbers)):
        if numbers[at] == numbers[at - 1]:
            return at - 1, at
    return None


def of_pair(result: Result, pair: tuple[int, int]) -> list[float]:
    """The cosine of two occurrences at each layer; both were read, so each has one."""
    return [v["cosine"][pair[0]][pair[1]] for v in layers(result)]


def blended(cosines: Sequence[float]) -> bool:
    """Whether the two are nearer at the end than they were on the way."""
    return cosines[-1] > min(cosines) + BLENDED


def _mean(of: Mapping[str, Any], pairs: Sequence[tuple[int, int]]) -> float | None:
    cosines = [of["cosine"][i][j] for i, j in pairs]
    found = [cosine for cosine in cosines if cosine is not None]
    return mean(found) if found else None


@dataclass(frozen=True)
class Looks:
    """Shares of one line of attention weights."""

    piece: int | None  # the place that gets most, of the other words
    own: float  # the word itself
    marks: float  # what is no part of the text: [CLS], [SEP]


def looks_at(one: Mapping[str, Any], layer: int) -> Looks:
    """`one` is a row of a result's "attention" (tlcore.experiments.words.run.attention)."""
    line, own, marks = one["layers"][layer], set(one["word"]), set(one["marks"])
    others = [place for place in range(len(line)) if place not in own | marks]
    return Looks(
        max(others, key=line.__getitem__) if others else None,
        sum(line[place] for place in own),
        sum(line[place] for place in marks),
    )
