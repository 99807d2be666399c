"""Long stages of a network as few blocks: what a page can draw and a hand can drag."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from torch import nn


def grouped(units: Sequence[nn.Module], most: int) -> Iterator[tuple[str, nn.Module]]:
    """At most `most` groups of neighbours, equal but for the last; named by first and last unit.

    36 units as at most six: "0_5", "6_11", ...; a unit that stays alone: "0", "1", ...
    """
    size = -(-len(units) // most)
    for first in range(0, len(units), size):
        group = units[first : first + size]
        alone = len(group) == 1
        name = str(first) if alone else f"{first}_{first + len(group) - 1}"
        yield name, group[0] if alone else nn.Sequential(*group)
