"""What the steps of a run say: a loss that jumped, gradients that explode or vanish, rates that
are far too low or too high for what was learned before.

Compared are medians, so that one unlucky batch says nothing, and numbers of one block at different
steps rather than of different blocks: their sizes differ by themselves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from tlcore.runs.reading.said import Reading, listed, percent, short

FIRST = 10  # steps at the start that are the measure for later ones
FEWEST = 20  # a run of fewer steps is not read
WINDOW = 5  # steps whose median counts as the loss
JUMPED = 1.5  # times the loss at the start, or that of guessing, whichever is higher
GREW = 100.0  # times its size at the start: no schedule and no batch does that to a gradient
VANISHED = 1e-3  # of the largest block's gradient
USUAL = 1e-3  # change of a weight in a step, as a share of its size (CS231n, "around 1e-3")
SLOW = USUAL / 10
LEARNED = 0.95  # training loss of the last epoch, against the first
FAR = 1.0  # distance moved, as a share of the size of the weights before

Step = Mapping[str, Any]


def jumped(steps: Sequence[Step], classes: int) -> Reading | None:
    """Training loss rose far above its start, and above the loss of guessing, ln(classes)."""
    losses = [(s["step"], s["loss"]) for s in steps if s["loss"] is not None]
    if len(losses) < FEWEST or classes < 2:
        return None
    start = median(loss for _, loss in losses[:WINDOW])
    smooth = [
        (losses[i][0], median(loss for _, loss in losses[i - WINDOW + 1 : i + 1]))
        for i in range(WINDOW, len(losses))
    ]
    step, top = max(smooth, key=lambda row: row[1])
    if top < JUMPED * max(start, math.log(classes)):
        return None
    told = {"step": step, "before": short(start), "top": short(top), "final": short(smooth[-1][1])}
    return Reading("jumped", {**told, "times": f"{JUMPED:g}", "window": WINDOW})


def exploding(steps: Sequence[Step]) -> Reading | None:
    """A block's gradient grew to a hundred times its size in the first steps."""
    worst = (GREW, "", 0)
    for name, norms in _by_group(steps, "grad_norm").items():
        usual = median(value for _, value in norms[:FIRST])
        step, top = max(norms, key=lambda row: row[1])
        if len(norms) > FIRST and usual > 0 and top / usual >= worst[0]:
            worst = (top / usual, name, step)
    if not worst[1]:
        return None
    times, name, step = worst
    return Reading(
        "exploding",
        {"group": name, "step": step, "times": short(times), "first": FIRST, "grew": f"{GREW:g}"},
    )


def vanishing(steps: Sequence[Step]) -> Reading | None:
    """In the first third, while there is much to learn, hardly any gradient reaches a block."""
    early = steps[: max(FEWEST, len(steps) // 3)]
    if len(steps) < FEWEST:
        return None
    sizes = {
        name: median(value for _, value in norms)
        for name, norms in _by_group(early, "grad_norm").items()
        if name != "head"
    }
    largest = max(sizes.values(), default=0.0)
    small = [name for name, size in sizes.items() if size < VANISHED * largest]
    if not small:
        return None
    told = {"groups": listed(small), "share": percent(max(sizes[n] for n in small) / largest)}
    return Reading("vanishing", {**told, "least": percent(VANISHED)})


def slow(steps: Sequence[Step], epochs: Sequence[Step]) -> Reading | None:
    """Nothing that learns changes by as much as a tenth of the usual, and training loss stays."""
    ratios = _by_group(steps, "update_ratio")
    losses = [e["train_loss"] for e in epochs if e["train_loss"] is not None]
    if len(steps) < FEWEST or not ratios or len(losses) < 2:
        return None
    quickest = max(median(value for _, value in found) for found in ratios.values())
    if quickest >= SLOW or losses[-1] <= LEARNED * losses[0]:
        return None
    return Reading(
        "slow",
        {
            "ratio": percent(quickest),
            "usual": percent(USUAL),
            "least": percent(SLOW),
            "before": short(losses[0]),
            "final": short(losses[-1]),
            "share": percent(1 - LEARNED),
        },
    )


def far(epochs: Sequence[Step]) -> Reading | None:
    """Blocks that began from pre-trained weights end further from them than from zero."""
    moved = epochs[-1].get("distance", {}) if epochs else {}
    lost = {name: value for name, value in moved.items() if value is not None and value >= FAR}
    if not lost:
        return None
    name = max(lost, key=lost.__getitem__)
    told = {"groups": listed(lost), "group": name, "distance": short(lost[name])}
    return Reading("far", {**told, "far": f"{FAR:g}"})


def _by_group(steps: Sequence[Step], field: str) -> dict[str, list[tuple[int, float]]]:
    """{block or head: [(step, value)]}, of the steps that have one."""
    found: dict[str, list[tuple[int, float]]] = {}
    for step in steps:
        for name, value in step.get(field, {}).items():
            if value is not None:
                found.setdefault(name, []).append((step["step"], value))
    return found
