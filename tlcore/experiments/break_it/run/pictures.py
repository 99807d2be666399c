"""Three faults of the pictures, each beside its repair: labels, a leak, another normalisation.

What is done to the pictures is drawn from the run's seed; those that are asked in the end as new
ones are never touched.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import torch

from tlcore.data import sets
from tlcore.data.images import ImageData, Split
from tlcore.networks import seeds
from tlcore.networks.backbone import InputSpec

if TYPE_CHECKING:
    from tlcore.experiments.break_it.spec import BreakSpec

VAL, NEW = 100, 150  # pictures of validation, and of those asked in the end
COPIES = 6  # of a picture, as augmentation before the split makes them
VAL_EACH = 3  # of so many (copies of) pictures of a class one goes to validation


def load(spec: BreakSpec) -> ImageData:
    """As a run of these settings sees them."""
    found = sets.load(spec.data, spec.train_size, spec.seed, spec.knobs)
    found = dataclasses.replace(found, val=found.val.first(VAL), test=found.test.first(NEW))
    if spec.fault == "labels" and not spec.repaired:
        return dataclasses.replace(found, train=mixed_up(found.train, spec.seed))
    if spec.fault == "leak":
        split = split_late if spec.repaired else split_early
        train, val = split(found.train, spec.seed)
        return dataclasses.replace(found, train=train, val=val)
    return found


def mixed_up(split: Split, seed: int) -> Split:
    """The pictures in their order, their labels in another: two lists that were sorted apart."""
    order = torch.randperm(len(split), generator=seeds.generator(seed, "mixed up"))
    return Split(split.images, split.labels[order])


def split_early(pool: Split, seed: int) -> tuple[Split, Split]:
    """Wrong: copies first, then the split.  Nearly every picture of validation has a twin in
    training."""
    return _parted(copies(pool, seed), seed)


def split_late(pool: Split, seed: int) -> tuple[Split, Split]:
    """Right: the split first, then the copies."""
    train, val = _parted(pool, seed)
    return copies(train, seed), copies(val, seed)


def copies(pool: Split, seed: int) -> Split:
    """Each picture COPIES times: brighter or darker, and a little grain."""
    stream = seeds.generator(seed, "copies")
    images = pool.images.repeat_interleave(COPIES, 0).float()
    light = 0.85 + 0.3 * torch.rand(len(images), 1, 1, 1, generator=stream)
    grain = 4 * torch.randn(images.shape, generator=stream)
    shown = (images * light + grain).round().clamp(0, 255).to(torch.uint8)
    return Split(shown, pool.labels.repeat_interleave(COPIES))


def without_normalisation(spec: InputSpec) -> InputSpec:
    """Pixels from 0 to 1 and no further: mean and spread of the training are forgotten."""
    return dataclasses.replace(spec, mean=(0.0,) * spec.channels, std=(1.0,) * spec.channels)


def _parted(split: Split, seed: int) -> tuple[Split, Split]:
    """Of every class two of three to training, one of three to validation."""
    order = torch.randperm(len(split), generator=seeds.generator(seed, "parted"))
    order = order[split.labels[order].argsort(stable=True)]
    val = torch.arange(len(order)) % VAL_EACH == 0  # classes in a row: their shares are equal
    return tuple(  # type: ignore[return-value]  # two of them
        Split(split.images[part], split.labels[part]) for part in (order[~val], order[val])
    )
