"""What a finished curve says, computed from its epochs, hedged, silent where it does not know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tlcore.recipe import Recipe

USUAL = Recipe()
ROSE = 1.10  # validation loss is called rising when it ends a tenth above its lowest point
FALLING = 0.97  # ... and still falling when the last quarter brought 3 % or more


@dataclass(frozen=True)
class Reading:
    """`key` is a text under `reading.`; `values` fill it."""

    key: str
    values: dict[str, Any]


def fit(epochs: Sequence[dict[str, Any]]) -> Reading:
    """Over-fitting, under-fitting or neither, from the epoch rows of one run (epoch 0 included).

    Under-fitting: validation loss still fell by 3 % or more in the last quarter (asked first: from
    scratch it may rise, while batch-norm statistics settle, and fall again).  Over-fitting: it ends
    at least 10 % above its minimum while training loss fell since then.
    """
    known = [
        (e["epoch"], e["val_loss"], e["train_loss"]) for e in epochs if e["val_loss"] is not None
    ]
    if len(known) < 3:
        return Reading("unclear", {})
    best_epoch, lowest, train_then = min(known, key=lambda row: row[1])
    last_epoch, final, train_now = known[-1]
    values = {
        "epoch": best_epoch,
        "last": last_epoch,
        "lowest": f"{lowest:.2f}",
        "final": f"{final:.2f}",
    }
    quarter = known[-1 - max(1, len(known) // 4)][1]
    if final <= FALLING * quarter:
        return Reading("under", {**values, "before": f"{quarter:.2f}"})
    learned_on = train_then is None or (train_now is not None and train_now < train_then)
    if best_epoch < last_epoch and final >= ROSE * lowest and learned_on:
        return Reading("over", values)
    return Reading("settled" if final < ROSE * lowest else "unclear", values)


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
