"""Where not everything can be taken, an even part of it: an order whose every beginning is even.

Labels take turns, so that wherever one stops, as many of each are there as it has; within a label
the places are spread over the whole (0, 1/2, 1/4, 3/4, ... of its length: van der Corput), so that
a series of pictures taken one after the other is not cut to its first minute.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Label = TypeVar("Label", bound=Hashable)


def evenly(
    items: Sequence[Item],
    label: Callable[[Item], Label],
    have: Mapping[Label, int] | None = None,
) -> list[Item]:
    """All of them in that order.  `have`: how many of a label there are already; who has fewer
    comes first."""
    groups: dict[Label, list[Item]] = defaultdict(list)
    for item in items:
        groups[label(item)].append(item)
    turns = [
        ((have or {}).get(name, 0) + turn, number, group[place])
        for number, (name, group) in enumerate(groups.items())
        for turn, place in enumerate(spread(len(group)))
    ]
    return [item for *_, item in sorted(turns, key=lambda found: found[:2])]


def spread(length: int) -> list[int]:
    """The places 0 .. length - 1, each beginning spread over all: 5 -> 0, 4, 2, 1, 3."""
    bits = max(1, (length - 1).bit_length())
    turned = (int(f"{n:0{bits}b}"[::-1], 2) for n in range(2**bits))
    return [place for place in turned if place < length]
