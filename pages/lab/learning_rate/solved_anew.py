"""A head solved anew on the source, beside the old one: what features lost, and what only moved.

Strips that were measured before such a head was asked are without.
"""

from __future__ import annotations

from typing import Any

from pages.ui.frame import visual
from pages.ui.frame.speech import T
from pages.ui.runs.rate_words import points
from tlcore.catalog import source_task
from tlcore.experiments.learning_rate.reading import Strip
from tlcore.ground import difference
from tlcore.ground.difference import POINTS, Difference


def of(result: dict[str, Any], rates: list[float]) -> Strip | None:
    """Accuracy of the head solved anew at each rate; None in an older result."""
    found = result["strips"]["all"].get("source_solved")
    return Strip(rates, found, source_task.ASKED) if found else None


def said(old: Strip, anew: Strip, place: int, before: float) -> str:
    """Of one rate: the head solved anew against the old one and against what was known before."""
    found = anew.accuracy[place]
    moved = difference.of_seeds(found, old.accuracy[place], source_task.ASKED)
    gone = difference.of_seeds([before] * anew.seeds, found, source_task.ASKED)
    halves = points(moved.half), points(gone.half)
    shares = {"anew": f"{anew.mean[place]:.0%}", "moved": points(moved.mean)}
    lost = {"gone": points(gone.mean), "half": halves[1], "margin": POINTS}
    return " ".join(
        (
            T("rates.source.anew", **shares, half=halves[0]),
            T(f"rates.source.moved.{_which(moved)}", margin=POINTS),
            T(f"rates.source.gone.{_which(gone)}", **lost),
        )
    )


def _which(found: Difference) -> str:
    """What is less than nothing, neither moved nor lost, is noise."""
    return "open" if found.word == "behind" else found.word


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
