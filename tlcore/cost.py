"""What a pre-training costs, computed: parameters, multiply-adds, hours of this machine.

ResNet-152's own training is told as the lecture notes tell it (cards, weeks, dollars); what can be
counted here is counted.  Training is reckoned as three forward passes: forward, and back through
activations and weights, each as much work as forward.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tlcore import catalog

IMAGENET = 1_281_167  # training pictures of its 1,000 classes
PASSES = 3
# Of the lecture notes, and not confirmed: cards, weeks, dollars a card.
CARDS, WEEKS, DOLLARS = 8, (2, 3), 5_000
HOURS_A_WEEK = 24 * 7


@dataclass(frozen=True)
class Work:
    """`seconds` None where this machine's speed is not known."""

    parameters: int
    macs: int  # of one picture, forward
    pictures: int  # looked at in all, epochs counted
    seconds: float | None

    @property
    def total(self) -> float:
        """Multiply-adds of the whole training."""
        return float(PASSES * self.macs * self.pictures)


def epoch_of_imagenet(profile: Mapping[str, Any] | None, backbone: str = "resnet152") -> Work:
    """One look at each ImageNet picture, at the quickest that this machine was measured."""
    row = catalog.backbone(backbone)
    known = [each["train_ms"] for each in (profile or {}).get("rows", ())]
    seconds = IMAGENET * min(known) / 1000 if known else None
    return Work(row.whole or row.parameters, row.macs, IMAGENET, seconds)


def of_run(spec: Mapping[str, Any], result: Mapping[str, Any]) -> Work:
    """A pre-training or a fine-tune that has finished, of all blocks."""
    row = catalog.backbone(spec.get("backbone") or "grown")
    pictures = int(spec["train_size"]) * int(spec["epochs"])
    told = result["seconds"]
    seconds = float(told["total"] if isinstance(told, Mapping) else told)
    return Work(int(result["total_parameters"]), row.macs, pictures, seconds)


def card_hours() -> tuple[int, int]:
    """Hours of one card, by the notes."""
    least, most = WEEKS
    return CARDS * least * HOURS_A_WEEK, CARDS * most * HOURS_A_WEEK
