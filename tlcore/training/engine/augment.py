"""Views: the same picture shifted by a few pixels, or a part of it, perhaps mirrored.

A view has a number.  View v of picture i is always the same, so it can be stored behind a frozen
prefix; fresh views each epoch are simply views numbered by the epoch.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch.nn import functional as F

from tlcore.ground.recipe import Augment, Recipe, TransferPlan
from tlcore.networks import seeds


def reach(size: int) -> int:
    """Largest shift, px: 2 at 28 px, in proportion."""
    return max(1, round(size * 2 / 28))


def stored_views(plan: TransferPlan, recipe: Recipe) -> int:
    """K behind a frozen prefix, 1 without augmentation, 0 where each epoch draws afresh.

    Without a frozen prefix the whole network runs in every step anyway: nothing to store.
    """
    if recipe.augment == "none":
        return 1
    return max(1, min(recipe.views, recipe.epochs)) if plan.fixed else 0


def view_numbers(picks: torch.Tensor, epoch: int, views: int) -> torch.Tensor:
    """Which view each picked picture shows in this epoch (from 1); `views` = 0: a fresh one.

    With K stored views, neighbours show different ones, and each picture walks through all K.
    """
    if views == 0:
        return torch.full_like(picks, epoch - 1)
    return (picks + epoch - 1) % views


@lru_cache(maxsize=32)
def _draws(seed: int, view: int, count: int, size: int) -> torch.Tensor:
    """(count, 3): shift down, shift right, mirrored (0 or 1), for view `view` of each picture."""
    stream = seeds.generator(seed, "view", view)
    shifts = torch.randint(-reach(size), reach(size) + 1, (count, 2), generator=stream)
    mirrored = torch.randint(0, 2, (count, 1), generator=stream)
    return torch.cat([shifts, mirrored], 1)


@lru_cache(maxsize=32)
def _parts(seed: int, view: int, count: int) -> torch.Tensor:
    """(count, 2, 3): for view `view` of each picture, where its part lies, as affine_grid takes it.

    At least half the picture's area, 3:4 to 4:3 of its sides, mirrored or not.
    """
    stream = seeds.generator(seed, "part", view)
    area, ratio, across, down, mirrored = torch.rand(5, count, generator=stream)
    stretch = (4 / 3) ** (ratio - 0.5)  # width to height: its square
    length = (0.5 + 0.5 * area).sqrt()
    wide, high = (length * stretch).clamp(max=1), (length / stretch).clamp(max=1)
    parts = torch.zeros(count, 2, 3)
    parts[:, 0, 0] = torch.where(mirrored < 0.5, -wide, wide)
    parts[:, 1, 1] = high
    parts[:, 0, 2] = (2 * across - 1) * (1 - wide)
    parts[:, 1, 2] = (2 * down - 1) * (1 - high)
    return parts


def _by_view(numbers: torch.Tensor) -> list[tuple[int, torch.Tensor]]:
    """Each view that occurs, and where."""
    return [(view, numbers == view) for view in set(numbers.tolist())]


def _cropped(
    picked: torch.Tensor,
    picks: torch.Tensor,
    numbers: torch.Tensor,
    count: int,
    seed: int,
    side: int,
) -> torch.Tensor:
    """Parts of `picked`, bilinearly scaled to `side`: float, 0 to 255."""
    parts = torch.empty(len(picks), 2, 3)
    for view, here in _by_view(numbers):
        parts[here] = _parts(seed, view, count)[picks[here]]
    shape = [*picked.shape[:2], side, side]
    grid = F.affine_grid(parts, shape, align_corners=False).to(picked.device)
    return F.grid_sample(picked.float(), grid, padding_mode="border", align_corners=False)


def show(
    images: torch.Tensor,
    picks: torch.Tensor,
    numbers: torch.Tensor,
    augment: Augment,
    seed: int,
    size: int,
) -> torch.Tensor:
    """Views `numbers` of pictures `picks`: uint8 (N, C, H, W) -> (len(picks), C, H, W).

    What a shift uncovers repeats the edge.  Parts come in floats, as large as the network sees them
    (`size`, px) where that is more than H: scaled twice, they lose what a part shows better than
    the whole (`photo`, ten unknown classes: .743 instead of .752 of the test pictures).
    """
    picked = images[picks]
    if augment == "none":
        return picked
    if augment == "crop_flip":
        side = max(size, images.shape[-1])
        return _cropped(picked, picks, numbers, len(images), seed, side)
    count, _, height, width = images.shape
    draws = torch.empty(len(picks), 3, dtype=torch.int64)
    for view, here in _by_view(numbers):
        draws[here] = _draws(seed, view, count, height)[picks[here]]
    down, right, mirrored = draws.unbind(1)
    rows = (torch.arange(height) - down[:, None]).clamp(0, height - 1)
    columns = (torch.arange(width) - right[:, None]).clamp(0, width - 1)
    if augment == "shift_flip":
        columns = torch.where(mirrored[:, None] == 1, width - 1 - columns, columns)
    each = torch.arange(len(picks))[:, None, None]
    moved = picked.permute(0, 2, 3, 1)[each, rows[:, :, None], columns[:, None, :]]
    return moved.permute(0, 3, 1, 2).contiguous()
