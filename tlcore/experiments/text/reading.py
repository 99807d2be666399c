"""What a run over seeds says: of means only what pairs leave no doubt of, of spreads still less."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Result = Mapping[str, Any]
Word = Literal["ahead", "behind", "open"]
BASE = "plain"


def by_way(result: Result) -> dict[str, Mapping[str, Any]]:
    return {way["way"]: way for way in result["ways"]}


def means(result: Result) -> dict[str, Word]:
    """Each way's mean against the plain one's, by the interval of the pairs' differences."""
    return {gap["way"]: _word(gap) for gap in result["against"]}


def parts(result: Result) -> dict[str, tuple[Mapping[str, Any], Word]]:
    """What one change does to the mean, and what may be said of it; a result of before these were
    measured has none, and what too many runs diverged for is left out."""
    found = (gap for gap in result.get("parts", ()) if gap["mean"] is not None)
    return {gap["part"]: (gap, _word(gap)) for gap in found}


def _word(gap: Mapping[str, Any]) -> Word:
    if gap["mean"] is None or abs(gap["mean"]) <= gap["half"]:
        return "open"
    return "ahead" if gap["mean"] > 0 else "behind"


def narrowest(result: Result) -> tuple[str, Word] | None:
    """Of the other ways that move the encoder the one of least spread, and whether that is surely
    less than the plain one's: their intervals do not meet.  None where too many runs diverged.

    Of two means that rule is too strict (tlcore.ground.difference); of a spread it has to be,
    because the least of seven is looked at: of ways that are equal it calls 3 to 5 % less at three
    to five seeds (tests/tlcore/experiments/text/test_spread.py).  And no spread is called equal:
    that takes many runs.
    """
    ways = by_way(result)
    known = [w for name, w in ways.items() if name not in (BASE, "head") and w["sd"] is not None]
    plain = ways[BASE]
    if not known or plain["sd"] is None:
        return None
    least = min(known, key=lambda way: float(way["sd"]))
    if least["sd_high"] < plain["sd_low"]:
        return least["way"], "ahead"
    return least["way"], "behind" if least["sd_low"] > plain["sd_high"] else "open"
