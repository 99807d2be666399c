"""Mazes side by side, one for each walker: the best known move of each square, walk after walk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict

from pages.ui.frame import bundle


class Walk(TypedDict):
    """After one walk.  `moves` it took, None where it was given up; `best`: for each square the
    best known move (0 up, 1 right, 2 down, 3 left; -1: nothing known) and its value; `way`: the
    squares from the start by best moves; `home`: whether that ends at the goal."""

    moves: int | None
    best: list[tuple[int, float]]
    way: list[int]
    home: bool


class Walker(TypedDict):
    title: str
    look: Literal["kept", "new"]
    walks: list[Walk]


_component = bundle.component("tl_maze", __file__, js=("common", "maze"), css=("common", "maze"))


def mazes(
    rows: Sequence[str],
    walkers: Sequence[Walker],
    *,
    patience: int,
    words: Mapping[str, str],
    key: str,
) -> None:
    """`rows`: a drawing with "#" walls, "S" start, "G" goal.  The first walk of each is before
    any; all have the same number of them."""
    data = {"maze": list(rows), "walkers": list(walkers), "patience": patience}
    _component(key=key, data=data | {"words": dict(words)})
