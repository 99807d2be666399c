"""The reader's runs as a table to choose from: one row a run, cards on a phone.

The browser asks after runs that are under way by itself, so their status changes without a script
run; Python hears when one has ended, and when the choice changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from pages.ui.frame import bundle

_component = bundle.component(
    "tl_runs", __file__, js=("common", "run_list"), css=("common", "run_list")
)


class Chosen(NamedTuple):
    """Runs that are ticked, in the table's order, and the one whose name was clicked just now."""

    ids: list[str]
    opened: str | None


def run_list(
    rows: Sequence[Mapping[str, Any]],
    *,
    words: Mapping[str, str],
    key: str,
    on_chosen: Callable[[], None] | None = None,
) -> Chosen:
    """Draw `rows`; what a row holds is written in pages.lab.runs.table."""
    data = {
        "rows": [dict(row) for row in rows],
        "words": dict(words),
        "api": f"{bundle.root()}/api/runs",
    }
    nothing = lambda: None  # noqa: E731 (a component hands over only what it has a listener for)
    found = _component(
        key=key,
        data=data,
        default={"chosen": []},
        on_chosen_change=on_chosen or nothing,
        on_opened_change=nothing,
        on_turned_change=nothing,
    )
    known = [str(row["id"]) for row in rows]
    ticked = found.chosen if isinstance(found.chosen, list) else []
    opened = found.opened if found.opened in known else None
    return Chosen([run_id for run_id in known if run_id in ticked], opened)
