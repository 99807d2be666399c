"""The matrix of similarity by size as a picture one works in: choose a cell, move its size.

Similar data are on the left, different ones on the right; large sets on top, small ones below.
Sizes are drawn on a log scale, one for each row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pages.ui.frame import bundle

_component = bundle.component(
    "tl_matrix", __file__, js=("common", "matrix"), css=("common", "blocks", "matrix")
)


def matrix(
    cells: Sequence[Mapping[str, Any]],
    chosen: Mapping[str, Any],
    *,
    words: Mapping[str, str],
    key: str,
    own: Mapping[str, float] | None = None,
    stamp: int = 0,
    on_choice: Callable[[], None] | None = None,
) -> dict[str, Any] | None:
    """Draw four cells; return {"cell", "size", "own": {"x", "y"} | None} once the reader acted.

    A cell: "id" ("similar_small", "similar_large", "different_small", "different_large"), "title",
    "data" (name of its data set), "size" within "low".."high", "states" (how each block is drawn
    under its plan), and if there are any "thumbnails" (a data address, or several), "summary" (one
    line) and "evidence" (lines).  `chosen`: {"cell", "size"}.  `own` places the
    reader's own data, x: 0 similar .. 1 different, y: 0 small .. 1 large; choosing a cell takes
    it away again.  None: nothing was done yet under this `stamp`.
    """
    data = {
        "cells": [dict(cell) for cell in cells],
        "chosen": dict(chosen),
        "own": dict(own) if own else None,
        "stamp": stamp,
        "words": dict(words),
    }
    result = _component(key=key, data=data, on_choice_change=on_choice or (lambda: None))
    choice = result.choice
    if not isinstance(choice, Mapping) or choice.get("stamp") != stamp:
        return None
    return {name: choice.get(name) for name in ("cell", "size", "own")}
