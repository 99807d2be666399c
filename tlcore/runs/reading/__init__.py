"""What a finished run says of itself: computed from its rows, hedged, silent where unclear.

    readings(rows)  ->  [Reading("over", {"epoch": 4, ...}), ...]

The most urgent comes first.  A run that has not ended is not read: its curve may still turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tlcore.ground.recipe import Recipe
from tlcore.runs.reading import epochs as by_epoch
from tlcore.runs.reading import kept as by_kept
from tlcore.runs.reading import source as by_source
from tlcore.runs.reading import steps as by_step
from tlcore.runs.reading.epochs import fit
from tlcore.runs.reading.said import Reading

__all__ = ["Reading", "diverged", "fit", "readings"]

USUAL = Recipe()
Row = Mapping[str, Any]


def readings(rows: Sequence[Row]) -> list[Reading]:
    """Every reading of a run's rows (tlcore.training.engine.rows); none before its result is
    there."""
    result = rows[-1] if rows else {}
    if result.get("kind") != "result":
        return []
    start = next((row for row in rows if row["kind"] == "start"), {})
    steps = [row for row in rows if row["kind"] == "step"]
    epochs = [row for row in rows if row["kind"] == "epoch"]
    classes, pictures = len(start.get("classes", ())), start.get("val", 0)
    broke = by_step.exploding(steps)
    if result["status"] == "diverged":
        return [broke] if broke else []  # that the loss is no number is told by the page
    slow, settling = by_step.slow(steps, epochs), by_epoch.settling(epochs)
    guess = start.get("val_commonest", 1 / classes if classes else 0)
    chance = by_epoch.chance(epochs, guess, pictures)
    fitted = fit(epochs)
    pace = _pace(steps)
    found = [
        by_kept.stopped(result, start, pace),
        by_kept.chosen(result, epochs, pictures),
        by_step.jumped(steps, classes),
        broke,
        by_step.vanishing(steps),
        by_step.far(epochs),
        slow,
        chance,
        settling,
        None if _explained(fitted, slow, settling) else fitted,
        None if slow else by_epoch.plateau(epochs, pace),
        None if chance else by_epoch.noise(epochs, pictures),
        by_source.forgotten(epochs),
    ]
    return [reading for reading in found if reading is not None and reading.key != "unclear"]


def _explained(fitted: Reading, slow: Reading | None, settling: Reading | None) -> bool:
    """What hardly learns neither over- nor under-fits, and a curve that comes back from far above
    falls at its end for another reason than under-fitting."""
    return slow is not None or (settling is not None and fitted.key == "under")


def _pace(steps: Sequence[Row]) -> dict[int, float]:
    """{epoch: its mean rate as a share of the highest in the run}; all groups share one pace."""
    rates: dict[int, list[float]] = {}
    for step in steps:
        rates.setdefault(step["epoch"], []).append(max(map(float, step["lr"].values()), default=0))
    means = {epoch: sum(found) / len(found) for epoch, found in rates.items()}
    peak = max((rate for found in rates.values() for rate in found), default=0)
    return {epoch: mean / peak for epoch, mean in means.items()} if peak else {}


def diverged(spec: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    """What the text `result.diverged` is filled with: where the loss stopped being a number, and
    the rate that was too high: of blocks and head, the one further above the recommended.

    The largest gradient does not tell: what comes out of blown-up blocks is largest in the head.
    """
    found = result.get("diverged") or {}
    rate = "head_lr"
    if spec["freeze"] < spec["read"] and spec["lr"] / USUAL.lr >= spec["head_lr"] / USUAL.head_lr:
        rate = "lr"
    step = found.get("step", result.get("steps"))
    return {"step": step, "group": found.get("group") or "—", "lr": f"{spec[rate]:g}"}
