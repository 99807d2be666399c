"""The embedding map: test pictures as points, before and after; a chosen one with its neighbours.

Which point is chosen, and which moment is shown, is the browser's own business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pages.ui.charts.sheet import address
from pages.ui.frame import bundle, visual

_component = bundle.component(
    "tl_embedding",
    __file__,
    js=("common", "tile", "embedding"),
    css=("common", "sheet", "embedding"),
)


def embedding(
    run_id: str,
    found: Mapping[str, Any],
    *,
    names: Sequence[str],
    words: Mapping[str, str],
    key: str,
) -> None:
    """Draw `map` of a result row of tlcore.experiments.layers.run; `names` are the classes."""
    before, after = on_paper(found["before"], found["after"])
    data = {
        "points": {"before": before, "after": after},
        "near": found["near"],
        "labels": found["labels"],
        "sheet": address(run_id, found["sheet"]),
        "colours": list(visual.SERIES),
        "names": list(names),
        "words": dict(words),
    }
    _component(key=key, data=data)


def on_paper(
    before: Sequence[Sequence[float]], after: Sequence[Sequence[float]]
) -> tuple[list[list[float]], list[list[float]]]:
    """Both moments on one sheet of 100 by 100, with one scale for both axes: distances compare."""
    both = [*before, *after]
    lows = [min(point[axis] for point in both) for axis in (0, 1)]
    spans = [max(point[axis] for point in both) - lows[axis] for axis in (0, 1)]
    scale = max(*spans, 1e-9)
    margins = [(1 - span / scale) / 2 for span in spans]

    def placed(point: Sequence[float]) -> list[float]:
        x, y = ((point[a] - lows[a]) / scale + margins[a] for a in (0, 1))
        return [round(100 * x, 2), round(100 * (1 - y), 2)]

    return [placed(point) for point in before], [placed(point) for point in after]
