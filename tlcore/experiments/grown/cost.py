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
from tlcore.catalog import nursery
from tlcore.ground import recipe
from tlcore.ground.recipe import TransferPlan
from tlcore.runs import comparison

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
    total: float  # multiply-adds of the whole training
    seconds: float | None


def epoch_of_imagenet(profile: Mapping[str, Any] | None, backbone: str = "resnet152") -> Work:
    """One look at each ImageNet picture, at the quickest that this machine was measured."""
    row = catalog.backbone(backbone)
    known = [each["train_ms"] for each in (profile or {}).get("rows", ())]
    seconds = IMAGENET * min(known) / 1000 if known else None
    total = float(PASSES * row.macs * IMAGENET)
    return Work(row.whole or row.parameters, row.macs, IMAGENET, total, seconds)


def of_run(spec: Mapping[str, Any], result: Mapping[str, Any]) -> Work:
    """A pre-training or a fine-tune that has finished; frozen blocks are passed once."""
    row = catalog.backbone(spec.get("backbone") or nursery.KIND)
    plan = recipe.from_scratch(len(row.blocks))
    if "read" in spec:
        plan = TransferPlan(*comparison.value(spec, "plan"))
    frozen = sum(block.macs for block in row.blocks[: plan.fixed])
    learning = sum(block.macs for block in row.blocks[plan.fixed : plan.read])
    kept = result.get("kept") or {}  # patience may have ended it before the planned last epoch
    size = int(spec["train_size"])
    pictures = size * int(kept.get("of", spec["epochs"]))
    told = result["seconds"]
    return Work(
        parameters=int(result["total_parameters"]),
        macs=frozen + learning,
        pictures=pictures,
        total=float(frozen * size + PASSES * learning * pictures),
        seconds=float(told["total"] if isinstance(told, Mapping) else told),
    )


def card_hours() -> tuple[int, int]:
    """Hours of one card, by the notes."""
    least, most = WEEKS
    return CARDS * least * HOURS_A_WEEK, CARDS * most * HOURS_A_WEEK
