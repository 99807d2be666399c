"""A head solved anew on the source, beside the old one: what features lost, and what only moved.

Strips that were measured before such a head was asked are without.
"""

from __future__ import annotations

from typing import Any

from pages.ui import visual
from pages.ui.frame import T
from pages.ui.rate_words import points
from tlcore import difference, source_task
from tlcore.difference import POINTS
from tlcore.rate_strips import Strip


def of(result: dict[str, Any], rates: list[float]) -> Strip | None:
    """Accuracy of the head solved anew at each rate; None in an older result."""
    found = result["strips"]["all"].get("source_solved")
    return Strip(rates, found, source_task.ASKED) if found else None


def said(old: Strip, anew: Strip, place: int, before: float) -> str:
    """Of one rate: the head solved anew against the old one and against what was known before."""
    moved = difference.of_seeds(anew.accuracy[place], old.accuracy[place], source_task.ASKED)
    known = [before] * anew.seeds
    gone = difference.of_seeds(known, anew.accuracy[place], source_task.ASKED)
    which = "open" if gone.word == "behind" else gone.word
    values = {"moved": points(moved.mean), "moved_half": points(moved.half), "margin": POINTS}
    values |= {"gone": points(gone.mean), "gone_half": points(gone.half)}
    return T(f"rates.source.anew.{which}", anew=f"{anew.mean[place]:.0%}", **values)


def floor(result: dict[str, Any]) -> str:
    """What such a head is worth without pre-training; of an older result, that it is missing."""
    untaught = result.get("source_untaught")
    if untaught is None:
        return T("rates.source.old")
    return T("rates.source.floor", untaught=f"{untaught:.0%}")


def look() -> dict[str, Any]:
    """The source's colour and symbol, hollow and dotted: the same task, another head."""
    marker = visual.marker("source", 10) | {"symbol": "hexagon-open"}
    return {"line": visual.line("source", 2) | {"dash": "dot"}, "marker": marker}
