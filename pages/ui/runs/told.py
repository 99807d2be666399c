"""A run that a page asks for and waits for: its state while it goes, what it says when it fails.

Surveys, similarities, downloads and measurements of speed: none has curves, so a line and a bar do.
What somebody has asked for before, anybody in the room, is there at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.ui.forms import clicks
from pages.ui.frame.speech import T, show
from pages.ui.runs import live_run, runs
from pages.ui.runs.naming import span
from tlcore.ground.errors import UserError
from tlcore.runs.spec import Spec
from tlcore.runs.store.store import Run

LOOK_AGAIN = 0.5  # seconds
ASKED = "told.asked"  # what was asked for -> id of the run that answers it
Row = dict[str, Any]
Progress = Callable[[Row], tuple[float | None, str]]  # share that is done, and words


def find(spec: Spec) -> Run | None:
    """The run that answers `spec`: this reader's, also where it failed, or anybody's."""
    run_id = _asked().get(_name(spec))
    run = runs.store().run(run_id) if run_id else None
    return run or runs.known(spec)


def ask(spec: Spec) -> Run:
    """The same, begun if there is none.  Raises UserError."""
    return find(spec) or _begun(spec)


def begin(*specs: Spec) -> None:
    """on_click: begin each of these that has no answer yet; what went wrong before is tried again.
    What cannot be begun is told by the next `trouble`."""
    try:
        for spec in specs:
            run = find(spec)
            if run is None or not (run.active or answered(run)):
                _begun(spec)
    except UserError as error:
        st.session_state["told.error"] = error


def again(spec: Spec) -> None:
    """on_click: begin this, unless it is under way: what it once made may be there no more."""
    try:
        run = find(spec)
        if run is None or not run.active:
            _begun(spec)
    except UserError as error:
        st.session_state["told.error"] = error


def stop(run_id: str) -> None:
    """on_click: this reader waits no longer."""
    live_run.leave("told", [run_id])


def trouble() -> None:
    """What the last click could not do."""
    live_run.pending_error("told")


def watch(page: str, *found: Run) -> None:
    """Who looks at a run that somebody else began is one of those for whom it goes on, until they
    leave it: the other's stop must not take it from them."""
    left = st.session_state.get(f"{page}.left", ())
    for run in found:
        if runs.goes_on(run) and run.id not in left:
            runs.store().watch(run.id, runs.user())


def answered(run: Run | None) -> bool:
    return run is not None and run.status == "finished" and run.result is not None


def state(run: Run, told: Progress, key: str, title: str = "", told_by: str = "progress") -> None:
    """Its place in the line, then how far it is, and a way out; looks again until it has ended.
    A run that has failed is one sentence.  `told_by`: the kind of row that says how far it is."""
    if run.active:
        watch("told", run)
        st.fragment(_state, run_every=LOOK_AGAIN)(run.id, told, key, title, told_by)
    elif error := runs.failure(run):
        show(error)


def measured(
    spec: Spec,
    told: Progress,
    key: str,
    title: str = "",
    tell: Callable[[UserError], None] = show,
) -> Run | None:
    """The run that answers `spec`, begun at once if nobody has asked; until it has ended, how far
    it is.  `tell` shows what keeps it from beginning."""
    try:
        run = ask(spec)
    except UserError as error:
        tell(error)
        return None
    if answered(run):
        return run
    pending(run, spec, told, key, title)
    return None


def pending(run: Run, spec: Spec, told: Progress, key: str, title: str = "") -> None:
    """How far it is, or why it failed with a button to try again."""
    state(run, told, key, title)
    if not run.active:
        clicks.press(T("my_dataset.again"), f"{key}.again", begin, (spec,))


def parts(texts: str) -> Progress:
    """Of rows {"part", "done", "of"}: how much of this part is done, and its name, which is a text
    under `texts`."""

    def at(row: Row) -> tuple[float | None, str]:
        return row["done"] / row["of"], T(f"{texts}.{row['part']}", done=row["done"], of=row["of"])

    return at


def begins(_row: Row) -> tuple[float | None, str]:
    """Of a run that tells nothing on its way."""
    return None, T("told.begins")


def _state(run_id: str, told: Progress, key: str, title: str, told_by: str) -> None:
    run = runs.store().run(run_id)
    if run is None or not run.active:
        st.rerun()  # the page's own run shows what came of it
    share, words = _waiting(run) if run.status == "queued" else _under_way(run, told, told_by)
    line, out = st.columns([5, 1], vertical_alignment="center")
    line.progress(min(1.0, max(0.0, share or 0.0)), text=f"{title} {words}".strip())
    with out:
        clicks.press(T("run.stop"), f"{key}.stop", stop, (run.id,), icon=":material/stop:")
    live_run.going_on("told", [run])


def _waiting(run: Run) -> tuple[None, str]:
    if run.place is None:
        return None, T("told.queued")
    if run.wait is None:
        return None, T("told.place", place=run.place)
    return None, T("told.wait", place=run.place, wait=span(run.wait))


def _under_way(run: Run, told: Progress, told_by: str) -> tuple[float | None, str]:
    """From the last row that tells of progress; the rows before it are not read again."""
    seen: tuple[int, Row | None] = st.session_state.get(f"told.seen.{run.id}", (0, None))
    rows, cursor = runs.store().rows(run.id, seen[0])
    last = next((row for row in reversed(rows) if row["kind"] == told_by), seen[1])
    st.session_state[f"told.seen.{run.id}"] = cursor, last
    return (None, T("told.begins")) if last is None else told(last)


def _begun(spec: Spec) -> Run:
    run_id = _asked()[_name(spec)] = runs.look(spec).run_id
    run = runs.store().run(run_id)
    if run is None:
        raise UserError("run.gone")
    return run


def _asked() -> dict[str, str]:
    found: dict[str, str] = st.session_state.setdefault(ASKED, {})
    return found


def _name(spec: Spec) -> str:
    return f"{spec.kind} {spec.model_dump_json()}"
