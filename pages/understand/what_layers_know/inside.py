"""The network opened: a picture on its way through the blocks, each of which can be looked into.

Which block is open is the browser's own business; the tiles are cut out of the run's sheets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pages.ui.charts.sheet import address
from pages.ui.frame import bundle

_component = bundle.component(
    "tl_inside", __file__, js=("common", "tile", "inside"), css=("common", "sheet", "inside")
)
SHEETS = ("input", "activations_before", "activations_after", "patches_before", "patches_after")


def inside(
    run_id: str,
    found: Mapping[str, Any],
    *,
    names: Sequence[str],
    words: Mapping[str, str],
    key: str,
    busy: bool = False,
) -> None:
    """Draw the result row of a look (tlcore.experiments.look.run), no block open to begin with: a
    class votes first.  `names` are the classes.  `busy`: another picture is on its way, and this
    one stays."""
    data = {
        "run": run_id,
        "blocks": found["blocks"],
        "states": found["states"],
        "pictures": found["pictures"],
        "input": found["input"]["tile"][0],
        "sheets": {name: address(run_id, found[name]) for name in SHEETS if name in found},
        "names": list(names),
        "words": dict(words),
        "busy": busy,
    }
    _component(key=key, data=data)
