"""How long a run will take and how much memory, before it starts.  Torch-free arithmetic.

Time = a worker's start + what `quickest.seconds` says of the pictures + a fixed cost a step.  It is
an estimate and is shown as one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from tlcore import catalog
from tlcore.catalog import BlockRow
from tlcore.ground.recipe import Compute, TransferPlan
from tlcore.training import quickest
from tlcore.training.spec_fine_tune import FineTuneSpec

# Fixed costs, seconds, measured with the clothing net (two shared CPU cores, torch 2.13):
START = 0.15  # a warm worker takes the job, reads weights and pictures
STEP_HEAD = 0.0009  # a head-only step on cached features: forward, backward, AdamW, one row
STEP_BLOCK = 0.0012  # more for each learning block: optimiser and norms over its tensors
WORKER_MB = 420.0  # a process that has imported torch and read its data


@dataclass(frozen=True)
class Estimate:
    """`seconds` is None while the machine has not been measured on this backbone."""

    seconds: float | None
    memory_mb: float
    learning: int  # parameters
    total: int
    device: str


def head_parameters(channels: int, classes: int) -> int:
    return channels * classes + classes


def of_block(block: BlockRow, plan: TransferPlan, number: int) -> tuple[int, int]:
    """(learning, total) parameters of block `number` (from 1) under a plan."""
    match plan.state(number):
        case "dropped":
            return 0, 0
        case "frozen":
            return 0, block.parameters
        case "added":
            return block.learning_with(plan.learns), block.parameters + block.added(plan.learns)
        case _:
            return block.parameters, block.parameters


def parameters(spec: FineTuneSpec) -> tuple[int, int]:
    """(learning, total) parameters of a plan, head included."""
    blocks = spec.row.blocks
    classes = len(catalog.dataset(spec.data).classes)
    head = head_parameters(blocks[spec.read - 1].channels, classes)
    counts = [of_block(block, spec.plan, n) for n, block in enumerate(blocks, start=1)]
    return head + sum(learning for learning, _ in counts), head + sum(total for _, total in counts)


def estimate(spec: FineTuneSpec, compute: Compute, profile: dict[str, Any] | None) -> Estimate:
    """Seconds and megabytes of `spec` run as `compute` says."""
    learning, total = parameters(spec)
    memory = _memory(spec, compute, learning, total)
    row = profile_row(profile, compute)
    if row is None:
        return Estimate(None, memory, learning, total, compute.device)
    steps = max(1, math.ceil(spec.train_size / spec.batch)) * spec.epochs
    moving = sum(map(spec.plan.moves, range(1, spec.read + 1)))
    fixed = STEP_HEAD + STEP_BLOCK * moving
    seconds = START + quickest.seconds(spec, row) + steps * fixed
    return Estimate(seconds, memory, learning, total, compute.device)


def profile_row(profile: dict[str, Any] | None, compute: Compute) -> dict[str, Any] | None:
    """The measured row for exactly this device, precision and memory format."""
    wanted = (compute.device, compute.precision, compute.memory_format)
    for row in (profile or {}).get("rows", ()):
        if (row["device"], row["precision"], row["memory_format"]) == wanted:
            return dict(row)
    return None


def _memory(spec: FineTuneSpec, compute: Compute, learning: int, total: int) -> float:
    backbone = spec.row
    data = catalog.dataset(spec.data)
    weights = 4 * (total + 3 * learning)  # gradient and two AdamW moments for what learns
    if spec.kept_epoch == "best":  # a copy of all that may change, and of what it is added to
        weights += 4 * sum(b.parameters for b in backbone.blocks[spec.freeze : spec.read])
    if spec.plan.variant.sums:
        weights += 4 * sum(b.parameters for b in backbone.blocks[spec.freeze : spec.keep])
    pixels = (spec.train_size + data.val + data.test) * spec.pictures_side**2 * data.channels
    value = 2 if compute.precision == "bf16" else 4
    maps = sum(b.channels * b.places for b in backbone.blocks[spec.plan.fixed : spec.read])
    activations = 6 * value * maps * spec.batch  # about six tensors of a block are kept to go back
    features = 0.0
    if fixed := spec.plan.fixed:
        last = backbone.blocks[fixed - 1]
        one = last.channels * (1 if fixed == spec.read else last.places)
        views = spec.views if spec.augment != "none" else 1
        features = 4.0 * one * (spec.train_size * views + data.val + data.test)
    return WORKER_MB + (weights + pixels + activations + features) / 2**20
