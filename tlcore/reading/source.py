"""What a run says of its source task: whether the old head lost more than counting can explain."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from tlcore.reading.said import Reading
from tlcore.source_task import ASKED

Z = 1.96  # 95%


def forgotten(epochs: Sequence[Mapping[str, Any]]) -> Reading | None:
    """The first share against the last; None where the old head was not asked.

    Both are counted on the same pictures, so the margin of two separate counts is a wide one.
    """
    known = [e["source_accuracy"] for e in epochs if e.get("source_accuracy") is not None]
    if len(known) < 2:
        return None
    before, after = known[0], known[-1]
    margin = Z * math.sqrt((before * (1 - before) + after * (1 - after)) / ASKED)
    values = {
        **{"before": f"{before:.1%}", "after": f"{after:.1%}", "n": ASKED},
        **{"lost": f"{100 * (before - after):.1f}", "margin": f"{100 * margin:.1f}"},
    }
    return Reading("forgot" if before - after > margin else "remembers", values)
