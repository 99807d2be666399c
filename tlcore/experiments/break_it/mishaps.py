"""Eight things that go wrong when a network is fine-tuned: their settings, and how each shows.

`python -m tlcore break_it` measures in how many of ten seeds it does.  A symptom is a rule on what
a run tells, never a sentence that is always true; its thresholds were set on
trial runs of a few seeds.  That a rule keeps silent on the other seven, and on the repaired run, is
counted too.
No torch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Fault = Literal[
    "rate", "normalisation", "drift", "lost_head", "labels", "leak", "too_little", "source"
]
FAULTS: tuple[Fault, ...] = get_args(Fault)
# Case 1, 2, ... of the page: what looks alike (validation far above new pictures; accuracy by
# chance) does not stand side by side.
CASES: tuple[Fault, ...] = (
    *("labels", "lost_head", "leak", "rate"),
    *("source", "normalisation", "too_little", "drift"),
)
Told = Mapping[str, Any]  # a result of tlcore.experiments.break_it.run
_Z95 = 1.959964


@dataclass(frozen=True)
class Mishap:
    """Settings of a BreakSpec: of both runs, and what only one of them has.  Where nothing but
    `repaired` differs, tlcore.experiments.break_it.run does the fault."""

    both: Mapping[str, Any]
    broken: Mapping[str, Any] = field(default_factory=dict)
    repaired: Mapping[str, Any] = field(default_factory=dict)


MISHAPS: Mapping[Fault, Mishap] = {
    "rate": Mishap(
        {"data": "digits", "train_size": 60, "epochs": 8},
        {"lr": 0.1, "head_lr": 1.0},
        {"lr": 1e-3, "head_lr": 1e-2},
    ),
    "normalisation": Mishap(
        {"data": "digits", "train_size": 100, "learns": "head_only", "epochs": 15}
    ),
    "drift": Mishap({"data": "signs", "train_size": 60, "epochs": 6, "head_start": "solved"}),
    "lost_head": Mishap({"data": "digits", "train_size": 100, "learns": "head_only"}),
    "labels": Mishap(
        {"data": "digits", "train_size": 60, "epochs": 12, "batch": 16, "lr": 2e-3},
    ),
    "leak": Mishap({"data": "game", "train_size": 30, "epochs": 8}),
    "too_little": Mishap(
        {"data": "digits", "train_size": 20, "epochs": 12, "batch": 8},
        {"learns": "scratch", "lr": 5e-3},
        {"learns": "head_only"},
    ),
    "source": Mishap(
        {
            **{"data": "blood", "train_size": 400, "difficulty": 0.8},
            **{"learns": "head_only", "epochs": 15},
        },
        {"backbone": "clothing"},
        {"backbone": "photo"},
    ),
}


def settings(fault: Fault, repaired: bool = False, seed: int = 0) -> dict[str, Any]:
    """The fields of a BreakSpec."""
    mishap = MISHAPS[fault]
    own = mishap.repaired if repaired else mishap.broken
    return {"fault": fault, "repaired": repaired, "seed": seed, **mishap.both, **own}


def shows(fault: Fault, told: Told) -> bool:
    """Whether the symptom of `fault` is there."""
    return SYMPTOMS[fault](told)


def cured(fault: Fault, broken: Told, repaired: Told) -> bool:
    """The symptom is gone, and what it had spoiled is better: new pictures, or where these had
    not been worse, the old task (drift) or the honesty of validation (leak)."""
    if shows(fault, repaired):
        return False
    if fault == "drift":
        return bool(repaired["source"][-1] > broken["source"][-1])
    if fault == "leak":
        return gap(repaired) < gap(broken)
    return bool(repaired["end"]["new"] > broken["end"]["new"])


def gap(told: Told) -> float:
    """Validation less new pictures, as they are asked at the end."""
    return float(told["end"]["val"] - told["end"]["new"])


def by_chance(told: Told, share: float) -> bool:
    """No better than naming the commonest class always, beyond the noise of the pictures asked."""
    chance, asked = told["chance"], told["asked"]
    return bool(share <= chance + _Z95 * math.sqrt(chance * (1 - chance) / asked))


def _rate(told: Told) -> bool:
    """The loss of a batch rises to three times what it was before the first step."""
    losses = told["losses"]
    return any(loss is None or loss >= 3 * losses[0] for loss in losses[1:])


def _normalisation(told: Told) -> bool:
    """Right while it learns and in validation; wrong in use, on the training pictures as well."""
    end = told["end"]
    right = min(end["trained"], end["val"]) >= 0.7
    return bool(right and min(end["trained"] - end["again"], end["val"] - end["new"]) >= 0.3)


def _drift(told: Told) -> bool:
    """The old task loses a tenth and more, though no weight under its head has changed."""
    same = told["weights"]["before"] == told["weights"]["after"]
    return bool(same and told["source"] and told["source"][0] - told["source"][-1] >= 0.1)


def _lost_head(told: Told) -> bool:
    """The training loss stands still (2 % of it), and the answers are by chance."""
    losses = [e["train_loss"] for e in told["epochs"] if e["train_loss"] is not None]
    still = max(losses) - min(losses) <= 0.02 * losses[0]
    return still and by_chance(told, told["end"]["val"])


def _labels(told: Told) -> bool:
    """Nine of ten training pictures right, and validation by chance."""
    end = told["end"]
    return end["trained"] >= 0.9 and by_chance(told, end["val"])


def _leak(told: Told) -> bool:
    """Validation nearly perfect, new pictures far below; training pictures still right in use."""
    end = told["end"]
    return bool(min(end["val"], end["again"]) >= 0.9 and end["val"] - end["new"] >= 0.15)


def _too_little(told: Told) -> bool:
    """Training pictures by heart; validation far below them, though not by chance."""
    end = told["end"]
    known = min(end["trained"], end["again"])
    apart = known >= 0.9 and known - end["val"] >= 0.38
    return apart and not by_chance(told, end["val"])


def _source(told: Told) -> bool:
    """Under-fitted: training pictures themselves are not learned, though not by chance, the last
    quarter of the epochs added little, and the validation loss stayed near its lowest."""
    losses = [e["val_loss"] for e in told["epochs"]]
    if None in losses or losses[-1] > 1.1 * min(losses):
        return False
    shares = [e["train_accuracy"] for e in told["epochs"] if e["train_accuracy"] is not None]
    late = shares[-max(2, len(shares) // 4) :]
    flat = max(late) - min(late) <= 0.1
    return 0.3 <= told["end"]["again"] <= 0.85 and flat and not by_chance(told, told["end"]["val"])


SYMPTOMS: Mapping[Fault, Callable[[Told], bool]] = {
    "rate": _rate,
    "normalisation": _normalisation,
    "drift": _drift,
    "lost_head": _lost_head,
    "labels": _labels,
    "leak": _leak,
    "too_little": _too_little,
    "source": _source,
}
