"""What a survey of a data set says in words: only what somebody could act on.  No torch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tlcore.runs.reading import Reading

FEW = 10  # training pictures of a class: below, which ones were drawn decides the result
UNEQUAL = 3  # most to fewest: at 3 to 1, always naming the larger of two classes scores 75 %
ENLARGED, SHRUNK = 1.5, 0.5  # side as the network sees it, to the side of the picture


def read(result: Mapping[str, Any]) -> list[Reading]:
    """From the result row of tlcore.experiments.survey.run; each key is a text under `survey.`,
    gravest first."""
    return [*_twice(result), *_counts(result), *_seen(result)] or [Reading("nothing", {})]


def _twice(result: Mapping[str, Any]) -> Iterator[Reading]:
    if result["conflicts"]:
        yield Reading("conflicts", {"pairs": result["conflicts"]})
    for split, count in result["leaks"].items():
        if count:
            yield Reading(f"leaks.{split}", {"count": count, "of": result["compared"][split]})
    if result["repeats"]:
        yield Reading("repeats", {"pairs": result["repeats"]})


def _counts(result: Mapping[str, Any]) -> Iterator[Reading]:
    """Class names are the reader's words: the page escapes them."""
    values = {"fewest": result["fewest"], "most": result["most"]}
    values["rarest"] = result["classes"][result["counts"]["train"].index(result["fewest"])]
    if result["fewest"] < FEW:
        yield Reading("few", values)
    if result["most"] >= UNEQUAL * result["fewest"]:
        yield Reading("unequal", values)


def _seen(result: Mapping[str, Any]) -> Iterator[Reading]:
    seen, values = result["seen"], {"px": result["px"], "size": result["seen"]["size"]}
    if seen["colour_lost"]:
        yield Reading("colour_lost", values)
    if seen["scale"] >= ENLARGED:
        yield Reading("enlarged", values)
    elif seen["scale"] <= SHRUNK:
        yield Reading("shrunk", values)
