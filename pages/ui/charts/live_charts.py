"""The live dashboard: draws one run in full, or several as a race, while they happen.

The browser polls the rows itself (`GET /api/runs/<id>?after=N`): no script run per tick, and the
charts keep their nodes.  Python is told once, when everything has ended.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import NotRequired, TypedDict

from pages.ui.frame import bundle
from tlcore.training import values


class ShownRun(TypedDict):
    """A run to draw: its id in the store and the name the reader sees.

    `stopping`, `pausing`: asked for, so that a click shows with this script run and not with the
    next poll.  `held`: the page's buttons say that it is paused; when that changes, by whose hand
    ever, the script runs again.  `own`: this reader may let it go on.
    """

    id: str
    label: str
    stopping: NotRequired[bool]
    pausing: NotRequired[bool]
    held: NotRequired[bool]
    own: NotRequired[bool]


_component = bundle.component(
    "tl_live",
    __file__,
    js=("common", "runlog", "feed", "curves", "layers", "header", "panel", "live"),
    css=("common", "live"),
)


def live(
    runs: Sequence[ShownRun],
    *,
    words: Mapping[str, str],
    key: str,
    replay: bool = False,
    recorded: str | None = None,
    stamp: str | int | None = None,
    panels: Sequence[str] | None = None,
    height: int | None = None,
    reveal: bool = False,
    readings: Mapping[str, str] | None = None,
    on_ended: Callable[[], None] | None = None,
) -> str | None:
    """Draw `runs`; return how they ended in the one script run that follows the end, else None.

    One run: every panel in `panels`, or all that tlcore.training.values names.  Several: a race
    with "loss" and "accuracy" only; the answer is then the statuses joined by commas, in order
    ("finished,diverged").  "gone": no such run.

    `replay` reveals an ended run at its recorded pace, with the badge `recorded` (a date in words);
    a run that is still alive is simply watched.  A new `stamp` starts a replay of the same run
    again.  `readings` replaces the fixed sentence under a panel's title, `height` (px) that of the
    curves.  `reveal` scrolls to the charts when another run begins.
    A run may carry "color" (CSS) to replace its colour in a race.
    """
    data = {
        "runs": [dict(run) for run in runs],
        "words": dict(words),
        "replay": replay,
        "recorded": recorded,
        "stamp": stamp,
        "panels": list(panels or values.panels()),
        "values": [dataclasses.asdict(value) for value in values.VALUES if value.panel],
        "height": height,
        "reveal": reveal,
        "readings": dict(readings or {}),
        "api": f"{bundle.root()}/api/runs",
        "plotly": bundle.plotly_url(),
    }
    result = _component(
        key=key,
        data=data,
        on_ended_change=on_ended or (lambda: None),
        on_turned_change=lambda: None,
    )
    ended: str | None = result.ended
    return ended
