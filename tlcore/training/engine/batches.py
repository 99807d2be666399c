"""How pictures or texts are dealt into batches, and in which order: by seed and epoch, no more."""

from __future__ import annotations

import torch

from tlcore.networks import seeds

WINDOW = 8  # batches: few enough that each epoch still mixes anew


def sizes(count: int, batch: int) -> list[int]:
    """Sizes of the batches of one epoch: 200 pictures by 32 are six of 32 and one of 8.

    A last batch of one joins the one before it: batch-norm has no variance of one value, and one
    row alone takes another matrix kernel, whose last bit differs from the same row in a batch
    (measured on an 8-block ResNet at 28 px, torch 2.13 CPU: 2 ... 256 rows equal, 1 not).
    """
    full, rest = divmod(count, batch)
    dealt = [batch] * full
    if rest > 1 or (rest == 1 and not full):
        dealt.append(rest)
    elif rest == 1:
        dealt[-1] += 1
    return dealt


def order(count: int, seed: int, epoch: int) -> torch.Tensor:
    """A permutation of 0 .. count-1; the same for every plan and recipe."""
    return torch.randperm(count, generator=seeds.generator(seed, "order", epoch))


def deal(count: int, batch: int, seed: int, epoch: int) -> tuple[torch.Tensor, ...]:
    """The shuffled batches of one epoch, as picture numbers."""
    return torch.split(order(count, seed, epoch), sizes(count, batch))


def deal_by_length(count: int, batch: int, seed: int, epoch: int) -> tuple[torch.Tensor, ...]:
    """The same of what lies in the order of its length: of each WINDOW batches the short ones go
    together, for a batch is padded to its longest text, and padding costs as words do.
    """
    shuffled, dealt = order(count, seed, epoch), sizes(count, batch)
    parts: list[torch.Tensor] = []
    for start in range(0, len(dealt), WINDOW):
        few = dealt[start : start + WINDOW]
        at = sum(dealt[:start])
        parts += torch.split(shuffled[at : at + sum(few)].sort().values, few)
    turns = torch.randperm(len(parts), generator=seeds.generator(seed, "turns", epoch))
    return tuple(parts[turn] for turn in turns)


def in_order(count: int, batch: int) -> tuple[torch.Tensor, ...]:
    """All pictures as they lie."""
    return torch.split(torch.arange(count), sizes(count, batch))
