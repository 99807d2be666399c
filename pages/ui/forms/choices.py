"""What there is to choose from: sizes, backbones and data sets, those that are here first."""

from __future__ import annotations

from collections.abc import Iterable

from pages.ui.forms import draft
from pages.ui.frame.speech import T
from pages.ui.runs import fetching, runs
from tlcore.runs.limits import RoomLimits

SIZES = (8, 10, 20, 40, 80, 100, 200, 400, 800, 1_000, 2_000, 4_000, 6_000, 10_000, 20_000)
TENTHS = tuple(n / 10 for n in range(11))


def steps(options: tuple[float, ...], field: str) -> list[float]:
    """Slider stops, with the draft's own value among them: a link may carry any."""
    return sorted({*options, draft.values()[field]})


def limits() -> RoomLimits:
    """What the room allows; whoever sits at the server may have raised it."""
    return runs.store().limits()


def ordered(names: Iterable[str]) -> list[str]:
    """What can be used now first; behind it, and marked, what would have to be downloaded."""
    return sorted(names, key=lambda name: not fetching.here(name))


def option(name: str) -> str:
    """A backbone or data set in a list to choose from."""
    called = fetching.shown(name)
    if fetching.here(name):
        return called
    return T("fetch.option", name=called, size=fetching.size(name))
