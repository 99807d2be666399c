"""Where the names of a picture's points stand, so that they lie over nothing else.

Reckoned in px on the plot of a narrow phone: what stands apart there does so on every screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

WIDE, TALL = 240, 370  # the plot of the narrowest phone
LETTER, LINE, MARK = 7.2, 15, 8  # width of a letter, height of a line, half a mark
BEFORE, BEHIND = 0.23, 0.28  # what the axis adds to the ends of x
PLACES = (  # as Plotly calls them; the first that is free is taken
    *("middle right", "middle left", "top center", "bottom center"),
    *("top right", "bottom right", "top left", "bottom left"),
)


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


def places(points: Mapping[str, tuple[float, float]], names: Mapping[str, str]) -> dict[str, str]:
    """Key -> side of its point (x, y), both in the units of the axes, for a name of that length."""
    at = _on_the_plot(points)
    taken = [Box(x - MARK, y - MARK, x + MARK, y + MARK) for x, y in at.values()]
    sides = {}
    for key, (x, y) in sorted(at.items(), key=lambda each: each[1]):
        boxes = {side: box(x, y, LETTER * len(names[key]), side) for side in PLACES}
        sides[key] = min(PLACES, key=lambda side: covered(boxes[side], taken))
        taken.append(boxes[sides[key]])
    return sides


def overlap(
    points: Mapping[str, tuple[float, float]], names: Mapping[str, str], sides: Mapping[str, str]
) -> float:
    """Square px of the worst name that lie over others or over the edge."""
    at = _on_the_plot(points)
    marks = [Box(x - MARK, y - MARK, x + MARK, y + MARK) for x, y in at.values()]
    boxes = {key: box(*at[key], LETTER * len(names[key]), side) for key, side in sides.items()}
    return max(
        covered(mine, [*marks, *(other for key, other in boxes.items() if key != name)])
        for name, mine in boxes.items()
    )


def box(x: float, y: float, width: float, side: str) -> Box:
    """What a name takes at this side of its point."""
    if side.startswith("middle"):
        begin = x + MARK if side.endswith("right") else x - MARK - width
        return Box(begin, y - LINE / 2, begin + width, y + LINE / 2)
    top = y - MARK - LINE if side.startswith("top") else y + MARK
    begin = {"center": x - width / 2, "right": x, "left": x - width}[side.split()[1]]
    return Box(begin, top, begin + width, top + LINE)


def covered(mine: Box, taken: Sequence[Box]) -> float:
    """Square px that lie over others, and what reaches over the edge."""
    found = LINE * (max(0.0, -mine.left) + max(0.0, mine.right - WIDE - 12))
    for other in taken:
        width = min(mine.right, other.right) - max(mine.left, other.left)
        height = min(mine.bottom, other.bottom) - max(mine.top, other.top)
        found += max(0.0, width) * max(0.0, height)
    return found


def _on_the_plot(points: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    left, right = _ends(x for x, _ in points.values())
    low, high = _ends(y for _, y in points.values())
    width, height = right - left + BEFORE + BEHIND, high - low + 2
    return {
        key: (WIDE * (x - left + BEFORE) / width, TALL * (high + 1 - y) / height)
        for key, (x, y) in points.items()
    }


def _ends(values: Iterable[float]) -> tuple[float, float]:
    known = list(values)
    return min(known), max(known)
