"""What changed from before a fine-tune to after, in words: only what the numbers say.  No torch.

One run, some hundred pictures: a difference that is smaller than CLEAR is not named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from tlcore.runs.reading import Reading

CLEAR = 0.05  # of likeness (CKA), of the share of neighbours with the same class
TIMES = 1.5  # so much farther has a part of the network moved to be called the one that moved more

Where = Literal["first", "middle", "last"]
PLACES: tuple[Where, ...] = ("first", "middle", "last")


def read(result: Mapping[str, Any]) -> list[Reading]:
    """From the result row of tlcore.experiments.layers.run; each key is a text under `changed.`."""
    return [*_weights(result["blocks"]), *_features(result["blocks"]), *_map(result["map"])]


def moved_most(result: Mapping[str, Any]) -> Where | None:
    """In which third of the blocks the weights moved farthest on average; None where no third is
    TIMES ahead of the next one, or not every block learned."""
    blocks = result["blocks"]
    if any(block["state"] != "kept" for block in blocks) or len(blocks) < 3:
        return None
    third = len(blocks) / 3
    parts: dict[Where, list[float]] = {"first": [], "middle": [], "last": []}
    for number, block in enumerate(blocks):
        where: Where = "first" if number < third else "middle" if number < 2 * third else "last"
        parts[where].append(block["distance"])
    means = {where: sum(found) / len(found) for where, found in parts.items()}
    first, second = sorted(means, key=lambda where: means[where], reverse=True)[:2]
    return first if means[first] >= TIMES * means[second] else None


def _weights(blocks: list[dict[str, Any]]) -> Iterator[Reading]:
    states = [block["state"] for block in blocks]
    if frozen := states.count("frozen"):
        yield Reading("frozen", {"n": frozen})
    if new := states.count("new"):
        yield Reading("new", {"n": new})
    learned = [block for block in blocks if block["state"] == "kept" and block["distance"]]
    if len(learned) < 2:
        return
    most = max(learned, key=lambda block: block["distance"])
    least = min(learned, key=lambda block: block["distance"])
    values = {"most": most["name"], "far": most["distance"], "least": least["name"]}
    yield Reading("weights", values | {"near": least["distance"]})


def _features(blocks: list[dict[str, Any]]) -> Iterator[Reading]:
    told = [block for block in blocks if block["cka"] is not None and block["state"] != "frozen"]
    if not told:
        return
    least = min(told, key=lambda block: block["cka"])
    values = {"name": least["name"], "cka": least["cka"], "random": least["random"]}
    if least["cka"] > 1 - CLEAR:
        yield Reading("features.same", values)
    elif least["random"] is None:
        yield Reading("features.alone", values)
    elif least["cka"] > least["random"] + CLEAR:
        yield Reading("features.between", values)
    else:
        yield Reading("features.lost", values)


def _map(found: Mapping[str, Any]) -> Iterator[Reading]:
    before, after = found["alike"]["before"], found["alike"]["after"]
    values = {"before": before, "after": after, "chance": found["chance"]}
    values["n"] = len(found["near"]["before"][0])
    if not found["moved"]:
        yield Reading("map.still", values)
    elif after > before + CLEAR:
        yield Reading("map.better", values)
    elif after < before - CLEAR:
        yield Reading("map.worse", values)
    else:
        yield Reading("map.alike", values)
