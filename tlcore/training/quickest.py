"""Where on this machine a run is quickest, by what was measured of it.  Torch-free arithmetic.

`choose` turns "automatic" into a device, a precision and a memory format from a measured profile.
Reduced precision must pay: on one CPU bf16 trained ResNet-18 2.7x faster and MobileNet slower.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from tlcore import catalog
from tlcore.catalog import source_task
from tlcore.ground.recipe import Compute

if TYPE_CHECKING:
    from tlcore.training.spec_base import Spec
    from tlcore.training.spec_fine_tune import FineTuneSpec

GAIN = 0.9  # another precision or format must take at most this share of the plain time


def choose(spec: Spec, profile: Mapping[str, Any] | None) -> Compute:
    """The quickest way to run `spec` by the profile's figures; CPU in fp32 without a profile."""
    if spec.kind != "fine_tune" or not profile or not profile.get("rows"):
        return Compute()
    best: tuple[float, Mapping[str, Any]] | None = None
    for device in sorted({row["device"] for row in profile["rows"]}):
        here = [row for row in profile["rows"] if row["device"] == device]
        start = float(profile.get("start_s", {}).get(device, 0.0))
        seconds, row = _quickest(cast("FineTuneSpec", spec), here)
        if best is None or start + seconds < best[0]:
            best = (start + seconds, row)
    assert best is not None
    row = best[1]
    return Compute(row["device"], row["precision"], row["memory_format"], threads=1)


def seconds(spec: FineTuneSpec, row: Mapping[str, Any]) -> float:
    """Estimated computing time of a run, from milliseconds per picture through the whole backbone.

    The frozen prefix is passed once by every picture (its output is stored); the learning rest is
    trained `epochs` times and looked at once an epoch for validation.  Work is shared out by
    multiply-adds.
    """
    backbone, data = catalog.backbone(spec.backbone), catalog.dataset(spec.data)
    blocks = backbone.blocks
    whole = sum(block.macs for block in blocks) or 1
    fixed = spec.plan.fixed
    frozen = sum(block.macs for block in blocks[:fixed]) / whole
    learning = sum(block.macs for block in blocks[fixed : spec.read]) / whole
    views = spec.views if spec.augment != "none" and fixed else 1
    larger = sum(block.macs for block in spec.row.blocks) / whole  # measured at its usual side
    forward, train = (larger * row[name] / 1000 for name in ("forward_ms", "train_ms"))
    watched = data.val + (source_task.ASKED if spec.forgetting else 0)
    known = source_task.KNOWN if spec.forgetting else 0  # a head is solved on them a few times
    once = frozen * forward * (views * spec.train_size + watched + known + data.test)
    once += learning * forward * known * source_task.turns(spec.epochs)
    epoch = learning * (train * spec.train_size + forward * watched)
    if spec.plan.variant.measures:  # each of about two a block is a pass up to it
        once += forward * spec.train_size * frozen * (spec.keep - spec.freeze)
    return float(once + spec.epochs * epoch + learning * forward * data.test)


def _quickest(spec: FineTuneSpec, here: list[Mapping[str, Any]]) -> tuple[float, Mapping[str, Any]]:
    """The best row of one device; plain fp32 unless another pays by a tenth."""
    timed = [(seconds(spec, row), row) for row in here]
    quick = min(timed, key=lambda pair: pair[0])
    for pair in timed:
        plain = pair[1]["precision"] == "fp32" and pair[1]["memory_format"] == "contiguous"
        if plain and quick[0] > GAIN * pair[0]:
            return pair
    return quick
