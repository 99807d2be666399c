"""What the network made of one picture: the picture, what it saw, where the score came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pages.ui.frame import bundle

_component = bundle.component(
    "tl_explained", __file__, js=("common", "explained"), css=("common", "explained")
)


def explained(
    found: Mapping[str, Any] | None,
    *,
    names: Sequence[str],
    words: Mapping[str, str],
    key: str,
    busy: bool = False,
    reveal: bool = False,
) -> None:
    """Draw the result row of an explain run (tlcore.experiments.explain.spec); None: nothing yet.

    `busy`: another answer is on its way; what stands here stays until then.  `reveal` brings it
    into sight: the picture that was clicked may stand far above.
    """
    fields = ("shown", "seen", "heat", "probabilities", "target")
    data = {
        "found": None if found is None else {field: found.get(field) for field in fields},
        "names": list(names),
        "words": dict(words),
        "busy": busy,
        "reveal": reveal,
    }
    _component(key=key, data=data)
