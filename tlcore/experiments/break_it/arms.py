"""Four ways to learn from too few pictures: what comes of the start, and what of the weights.

The broken run of "too little" and its repair differ in both at once: random or pre-trained blocks,
and all weights or only a head that learns.  Two ways more make it a square, in which each of the
two can change alone.  `python -m tlcore break_it` records it beside the eight faults.  No torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from tlcore import catalog
from tlcore.experiments.break_it import mishaps
from tlcore.experiments.break_it.spec import BreakSpec
from tlcore.ground import difference, recorded
from tlcore.ground.difference import Difference

FILE = recorded.FOLDER / "break_arms.json"
Start = Literal["random", "pretrained"]
What = Literal["everything", "head"]  # what learns
STARTS: tuple[Start, ...] = get_args(Start)
WHATS: tuple[What, ...] = get_args(What)
# What a spec calls it (tlcore.experiments.break_it.spec).
ARMS: Mapping[tuple[Start, What], str] = {
    ("random", "everything"): "scratch",  # the broken run
    ("random", "head"): "random_head",
    ("pretrained", "everything"): "everything",
    ("pretrained", "head"): "head_only",  # the repair
}


def settings(arm: str, seed: int = 0) -> dict[str, Any]:
    """The fields of a BreakSpec.  Rates: the broken run has its own, the others the usual ones."""
    return mishaps.settings("too_little", arm != "scratch", seed) | {"learns": arm}


@dataclass(frozen=True)
class Arms:
    """`scores[start, what][k]`: share of new pictures named right with seed k, of `asked`."""

    scores: Mapping[tuple[Start, What], list[float]]
    learning: Mapping[tuple[Start, What], int]  # weights
    asked: int
    chance: float
    conditions: Mapping[str, Any]

    @property
    def seeds(self) -> int:
        return len(self.scores["random", "head"])

    def of_start(self, what: What) -> Difference:
        """What the pre-trained start has more, with the same number of learning weights."""
        return self._more(("pretrained", what), ("random", what))

    def of_weights(self, start: Start) -> Difference:
        """What a head alone has more than everything, from the same start."""
        return self._more((start, "head"), (start, "everything"))

    @property
    def cause(self) -> Literal["start", "both", "weights", "open"]:
        """What made the new pictures better wherever it was changed alone."""
        start = all(self.of_start(what).word == "ahead" for what in WHATS)
        weights = [self.of_weights(where).word for where in STARTS]
        if start:
            return "both" if "ahead" in weights else "start"
        return "weights" if set(weights) == {"ahead"} else "open"

    def _more(self, one: tuple[Start, What], other: tuple[Start, What]) -> Difference:
        return difference.of_seeds(self.scores[one], self.scores[other], self.asked)


def read(file: Path = FILE) -> dict[str, Any]:
    """Empty where nothing was recorded yet."""
    return recorded.read(file) or {"conditions": {}, "settings": {}, "runs": []}


def given() -> dict[str, Any]:
    """Settings of every arm, as they are kept beside what was measured."""
    return {arm: settings(arm) for arm in ARMS.values()}


def known(file: Path = FILE) -> Arms | None:
    """What was measured with the settings and the weights of today, whole; None where it was not.

    Of every arm the same seeds, in one order, so that they can be compared in pairs."""
    found = read(file)
    if found["settings"] != given():
        return None
    weights = found["conditions"]["backbones"]
    names = {BreakSpec(**told).backbone for told in given().values()}
    if any(weights.get(name) != catalog.backbone(name).fingerprint for name in names):
        return None
    by_arm = {
        arm: sorted((r for r in found["runs"] if r["arm"] == arm), key=lambda run: run["seed"])
        for arm in ARMS.values()
    }
    seeds = [[run["seed"] for run in runs] for runs in by_arm.values()]
    if len(seeds[0]) < 2 or any(each != seeds[0] for each in seeds):
        return None
    first = by_arm["scratch"][0]
    return Arms(
        {place: [run["new"] for run in by_arm[arm]] for place, arm in ARMS.items()},
        {place: by_arm[arm][0]["learning"] for place, arm in ARMS.items()},
        first["asked"],
        first["chance"],
        found["conditions"],
    )
