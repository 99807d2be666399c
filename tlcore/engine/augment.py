"""Views: the same picture shifted by a few pixels, perhaps mirrored.  All pictures at once.

A view has a number.  View v of picture i is always the same, so it can be stored behind a frozen
prefix; fresh views each epoch are simply views numbered by the epoch.
"""

from __future__ import annotations

from functools import lru_cache

import torch

from tlcore import seeds
from tlcore.recipe import Augment, Recipe, TransferPlan


def reach(size: int) -> int:
    """Largest shift, px: 2 at 28 px, in proportion."""
    return max(1, round(size * 2 / 28))


def stored_views(plan: TransferPlan, recipe: Recipe) -> int:
    """K behind a frozen prefix, 1 without augmentation, 0 where each epoch draws afresh.

    Without a frozen prefix the whole network runs in every step anyway: nothing to store.
    """
    if recipe.augment == "none":
        return 1
    return min(recipe.views, recipe.epochs) if plan.freeze else 0


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


def show(
    images: torch.Tensor, picks: torch.Tensor, numbers: torch.Tensor, augment: Augment, seed: int
) -> torch.Tensor:
    """Views `numbers` of pictures `picks`: uint8 (N, C, H, W) -> (len(picks), C, H, W).

    What a shift uncovers repeats the edge.
    """
    picked = images[picks]
    if augment == "none":
        return picked
    count, _, height, width = images.shape
    draws = torch.empty(len(picks), 3, dtype=torch.int64)
    for view in set(numbers.tolist()):
        here = numbers == view
        draws[here] = _draws(seed, view, count, height)[picks[here]]
    down, right, mirrored = draws.unbind(1)
    rows = (torch.arange(height) - down[:, None]).clamp(0, height - 1)
    columns = (torch.arange(width) - right[:, None]).clamp(0, width - 1)
    if augment == "shift_flip":
        columns = torch.where(mirrored[:, None] == 1, width - 1 - columns, columns)
    each = torch.arange(len(picks))[:, None, None]
    moved = picked.permute(0, 2, 3, 1)[each, rows[:, :, None], columns[:, None, :]]
    return moved.permute(0, 3, 1, 2).contiguous()
