"""What a run says of the epoch that it kept, and of the patience that ended it.

Both are facts of the run, no guesses; what is to be read with care is the validation accuracy that
chose: the highest of many looks at the same pictures is too high by as much as was luck.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tlcore.runs.reading.epochs import HIGH_RATE
from tlcore.runs.reading.said import Reading, percent


def chosen(
    result: Mapping[str, Any], epochs: Sequence[Mapping[str, Any]], n: int
) -> Reading | None:
    """Which epoch's weights were tested; None where nobody asked for the best.  `n`: validation
    pictures or texts."""
    kept = result.get("kept")
    if kept is None or not epochs or kept["epoch"] != kept["best"]:
        return None
    values = {
        "epoch": kept["epoch"],
        "of": kept["of"],
        "best": f"{kept['val_accuracy']:.1%}",
        "final": f"{epochs[-1]['val_accuracy']:.1%}",
        "n": f"{n:,}",
    }
    return Reading("kept_last" if kept["epoch"] == kept["of"] else "kept_best", values)


def stopped(
    result: Mapping[str, Any], start: Mapping[str, Any], pace: Mapping[int, float]
) -> Reading | None:
    """That patience ended the run, and whether its rate was still high then.  `pace`: {epoch: rate
    as a share of the run's highest}, which is not the schedule's peak where the rate still rose."""
    kept = result.get("kept")
    if kept is None or not kept["stopped"]:
        return None
    rate = pace.get(kept["of"], 0.0)
    values = {
        "of": kept["of"],
        "planned": start.get("epochs", kept["of"]),
        "best": kept["best"],
        "patience": kept["of"] - kept["best"],
        "rate": f"{rate:.0%}",
        "high": percent(HIGH_RATE),
    }
    # A rate that never comes down (constant) has missed nothing.
    falls = len({round(share, 3) for share in pace.values()}) > 1
    return Reading("stopped_high" if falls and rate >= HIGH_RATE else "stopped", values)
