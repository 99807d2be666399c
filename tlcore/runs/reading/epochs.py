"""What the epochs of a run say: over- and under-fitting, levelling off, chance, noise.

Every rule is a comparison of numbers of the run; its thresholds are named here, and filled into the
sentence that tells the rule.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from tlcore.runs.reading.said import Reading, percent, short

ROSE = 1.10  # validation loss is called rising when it ends a tenth above its lowest point
FALLING = 0.97  # ... and still falling when the last quarter brought 3% or more
STREAK = 3  # times in a row that it rose at the end
CREPT = 1.05  # ... by 5% in all: three rises in a row come by chance in 1 of 24 flat curves
LEARNED = 0.95  # meanwhile training loss fell by 5%
WORSE = 1.5  # validation loss in between, against that before the first step
BACK = 0.7  # ... and at the end, against its highest
LEVEL = 0.98  # training loss has levelled off when it fell by less than 2%
HIGH_RATE = 0.25  # ... while the rate was a quarter of its peak or more
DONE = 0.05  # mean training loss (nats) at which nothing is left that more epochs could fit
FITTED = 0.95  # ... and pictures were left to learn
Z = 1.96  # 95%

Epoch = Mapping[str, Any]


def fit(epochs: Sequence[Epoch]) -> Reading:
    """Over-fitting, under-fitting or neither, from the epoch rows of one run (epoch 0 included).

    Under-fitting: validation loss still fell by 3% or more in the last quarter (asked first: from
    scratch it may rise, while batch-norm statistics settle, and fall again).  Memorising: it rose
    three times in a row at the end, by 5% or more, and training loss fell each time.  Neither is
    said of losses that read the same in print; nor under-fitting of a run whose training loss is
    near zero, or whose validation loss stands a tenth or more above its lowest.  Over-fitting:
    it ends at least 10% above its minimum while training loss fell since then.
    """
    known = [
        (e["epoch"], e["val_loss"], e["train_loss"]) for e in epochs if e["val_loss"] is not None
    ]
    if len(known) < 3:
        return Reading("unclear")
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
        # Before the first step a new head's loss may be lower than in its first epochs.
        above = final >= ROSE * min(loss for _, loss, _ in known[1:])
        if above or (train_now is not None and train_now <= DONE):
            return Reading("unclear", values)  # it falls, and more epochs would not mend it
        return _printed(
            "under", quarter, {**values, "before": f"{quarter:.2f}", "share": percent(1 - FALLING)}
        )
    times = _streak(known)
    if times >= STREAK and final >= CREPT * known[-1 - times][1]:
        since = known[-1 - times]
        found = {"times": times, "since": since[0], "before": f"{since[1]:.2f}"}
        return _printed("memorising", since[1], {**values, **found, **_rule(STREAK, CREPT)})
    if train_then is None:  # lowest before the first step: measured from the first epoch on
        train_then = known[1][2]
    learned_on = None not in (train_then, train_now) and train_now <= LEARNED * train_then
    if best_epoch < last_epoch and final >= ROSE * lowest and learned_on:
        return _printed("over", lowest, {**values, "share": percent(ROSE - 1)})
    if final < ROSE * lowest:
        return Reading(
            "settled",
            {**values, "share": percent(ROSE - 1), "fell": percent(1 - FALLING)},
        )
    return Reading("unclear", values)


def _printed(key: str, before: float, values: dict[str, Any]) -> Reading:
    """Silence where the two losses that the sentence sets against each other read the same."""
    return Reading(key if f"{before:.2f}" != values["final"] else "unclear", values)


def _rule(least: int, rise: float) -> dict[str, Any]:
    return {"least": least, "rise": percent(rise - 1)}


def _streak(known: Sequence[tuple[int, float, float | None]]) -> int:
    """How many times in a row, up to the end, validation loss rose and training loss fell."""
    times = 0
    for (_, before, train_before), (_, after, train_after) in zip(
        reversed(known[:-1]), reversed(known[1:]), strict=True
    ):
        if train_before is None or train_after is None:
            break
        if not (after > before and train_after < train_before):
            break
        times += 1
    return times


def settling(epochs: Sequence[Epoch]) -> Reading | None:
    """Validation loss rose far above its start and came back while training loss fell."""
    known = [e for e in epochs if e["val_loss"] is not None]
    if len(known) < 4 or known[0]["epoch"] != 0:
        return None
    top = max(known[:-1], key=lambda e: e["val_loss"])
    first, last = known[0], known[-1]
    trained = [e["train_loss"] for e in known if e["train_loss"] is not None]
    high = top["val_loss"] >= WORSE * first["val_loss"]
    if not (high and last["val_loss"] <= BACK * top["val_loss"]):
        return None
    if not trained or trained[-1] > LEARNED * trained[0]:
        return None
    values = {"before": first["val_loss"], "top": top["val_loss"], "final": last["val_loss"]}
    rule = {"worse": f"{WORSE:g}", "back": percent(1 - BACK)}
    shown = {name: short(value) for name, value in values.items()}
    return Reading("settling", {"epoch": top["epoch"], **shown, **rule})


def chance(epochs: Sequence[Epoch], guess: float, pictures: int) -> Reading | None:
    """At the end, validation accuracy is not above what always naming the most frequent class of
    those pictures scores: `guess`."""
    if not epochs or pictures < 1 or not 0 < guess < 1:
        return None
    found = epochs[-1].get("val_accuracy")
    margin = Z * math.sqrt(guess * (1 - guess) / pictures)
    if found is None or found > guess + margin:
        return None
    told = {"accuracy": f"{found:.1%}", "chance": f"{guess:.1%}", "margin": f"{100 * margin:.1f}"}
    return Reading("chance", {**told, "n": f"{pictures:,}"})


def noise(epochs: Sequence[Epoch], pictures: int) -> Reading | None:
    """The best epoch is ahead of the last by less than the counting of pictures can tell."""
    known = [e for e in epochs if e["epoch"] > 0 and e.get("val_accuracy") is not None]
    if len(known) < 2 or pictures < 1:
        return None
    best, last = max(known, key=lambda e: e["val_accuracy"]), known[-1]
    share = best["val_accuracy"]
    margin = Z * math.sqrt(share * (1 - share) / pictures)
    if not 0 < share - last["val_accuracy"] < margin:
        return None
    return Reading(
        "noise",
        {
            "epoch": best["epoch"],
            "best": f"{share:.1%}",
            "last": last["epoch"],
            "final": f"{last['val_accuracy']:.1%}",
            "margin": f"{100 * margin:.1f}",
            "n": f"{pictures:,}",
        },
    )


def plateau(epochs: Sequence[Epoch], pace: Mapping[int, float]) -> Reading | None:
    """Training loss levelled off while the rate was still high and pictures were left to learn.

    `pace`: {epoch: rate as a share of its peak}.  At the end of one cycle every curve is flat,
    because the rate is: those epochs say nothing.
    """
    known = [
        e for e in epochs if e["train_loss"] is not None and pace.get(e["epoch"], 0) >= HIGH_RATE
    ]
    if len(known) < 6:
        return None
    third = known[-max(3, len(known) // 3) :]
    halves = third[: len(third) // 2], third[-(len(third) // 2) :]
    before, after = (sum(e["train_loss"] for e in half) / len(half) for half in halves)
    right = third[-1]["train_accuracy"]
    if after <= LEVEL * before or right >= FITTED:
        return None
    return Reading(
        "plateau",
        {
            "since": third[0]["epoch"],
            "epoch": third[-1]["epoch"],
            "loss": short(after),
            "accuracy": f"{right:.0%}",
            "level": percent(1 - LEVEL),
            "rate": percent(HIGH_RATE),
            "fitted": percent(FITTED),
        },
    )
