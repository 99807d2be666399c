"""The live race of a comparison: a line for each strategy, against steps or against seconds.

The browser polls the rows itself, as the live charts do; which axis is shown is its own business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pages.ui.frame import bundle

_component = bundle.component(
    "tl_sweep", __file__, js=("common", "runlog", "feed", "sweep"), css=("common", "sweep")
)


def sweep(
    runs: Sequence[str],
    strategies: Mapping[str, str],
    sizes: Sequence[int],
    *,
    words: Mapping[str, str],
    key: str,
    reveal: bool = False,
) -> str | None:
    """Draw `runs`, one for each seed, of `strategies` (name -> what readers call it); return how
    they ended ("finished,finished") in the one script run that follows the end, else None.
    `reveal` brings it into sight."""
    data = {
        "runs": list(runs),
        "strategies": [{"name": name, "label": label} for name, label in strategies.items()],
        "sizes": list(sizes),
        "words": dict(words),
        "reveal": reveal,
        "api": f"{bundle.root()}/api/runs",
    }
    ended: str | None = _component(key=key, data=data, on_ended_change=lambda: None).ended
    return ended
