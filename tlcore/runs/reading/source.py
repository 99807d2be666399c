"""What a run says of its source task: whether the old head lost more than counting can explain, and
whether the features lost it, too, or only moved away from that head."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from tlcore.catalog.source_task import ASKED
from tlcore.ground import difference
from tlcore.runs.reading.said import Reading

Z = 1.96  # 95%


def forgotten(epochs: Sequence[Mapping[str, Any]]) -> Reading | None:
    """The first share against the last; None where the old head was not asked.

    Both are counted on the same pictures, so the margin of two separate counts is a wide one.
    Where a head was solved anew, too, in the same two epochs, its loss says what the features
    themselves have lost.
    """
    known = [e for e in epochs if e.get("source_accuracy") is not None]
    if len(known) < 2:
        return None
    before, after = (known[place]["source_accuracy"] for place in (0, -1))
    margin = Z * math.sqrt((before * (1 - before) + after * (1 - after)) / ASKED)
    values = {
        **{"before": f"{before:.1%}", "after": f"{after:.1%}", "n": ASKED},
        **{"lost": f"{100 * (before - after):.1f}", "margin": f"{100 * margin:.1f}"},
    }
    if before - after <= margin:
        return Reading("remembers", values)
    at_first, at_last = (known[place].get("source_solved") for place in (0, -1))
    if at_first is None or at_last is None:  # an older run, or one that began as an older one
        return Reading("forgot", values)
    gone = difference.of_shares(at_first, at_last, ASKED)
    values |= {"solved_before": f"{at_first:.1%}", "solved_after": f"{at_last:.1%}"}
    values |= {"gone": f"{100 * gone.mean:.1f}", "half": f"{100 * gone.half:.1f}"}
    return Reading("forgot_features" if gone.low > 0 else "forgot_moved", values)
