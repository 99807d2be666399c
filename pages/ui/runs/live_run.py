"""Start, pause, stop, join, replay: the run that a page is looking at."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import streamlit as st

from pages.ui.charts.live_charts import ShownRun, live
from pages.ui.forms import clicks
from pages.ui.frame.speech import T, words
from pages.ui.frame.speech import show as show_error
from pages.ui.runs import runs
from tlcore import catalog
from tlcore.ground.errors import UserError
from tlcore.runs.spec import FineTuneSpec
from tlcore.runs.store.store import Run, Submission


def start_button(
    spec: FineTuneSpec, page: str, label: str, fresh: bool = False, ready: bool = True
) -> None:
    """One button that starts `spec` and makes it the run this page looks at."""
    clicks.go(label, f"{page}.start", _start, (page, spec, fresh), disabled=not ready)
    pending_error(page)


def stop_button(
    page: str, running: bool, act: Callable[..., None], args: tuple[Any, ...] = ()
) -> None:
    clicks.press(
        T("run.stop"), f"{page}.stop", act, args, icon=":material/stop:", disabled=not running
    )


def resume(page: str, spec: FineTuneSpec) -> None:
    """After a reload: look again at the reader's own run of `spec` while it is under way."""
    if f"{page}.run" not in st.session_state:
        asked = spec.model_dump(mode="json")
        found = (run.id for run in runs.mine() if runs.goes_on(run) and run.spec == asked)
        st.session_state[f"{page}.run"] = next(found, None)


def pending_error(page: str) -> None:
    """Tell what the last click could not do."""
    if error := st.session_state.pop(f"{page}.error", None):
        show_error(error)


def buttons(spec: FineTuneSpec, page: str = "fine_tune", ready: bool = True) -> None:
    """Start, pause, stop.  A recorded result is replayed; "run again" trains it afresh.
    `ready`: False where something would have to be downloaded first."""
    run = current(page)
    running = run is not None and run.active
    with st.container(horizontal=True):
        start_button(spec, page, T("run.start"), ready=ready)
        pause_button(page, run)
        stop_button(page, running, stop, (page,))
        if run is not None and not running:
            clicks.press(
                T("run.again"),
                f"{page}.again",
                _start,
                (page, FineTuneSpec(**run.spec), True),
                icon=":material/replay:",
                help=T("run.again.help"),
            )
    if run is not None:
        going_on(page, [run])
        joined(page, run)


def pause_button(page: str, run: Run | None) -> None:
    """Pause, or go on.  A run that others watch is held only by who began it, or by the host."""
    held = run is not None and (run.pausing or run.status == "paused")
    active = run is not None and runs.goes_on(run)
    may = run is not None and runs.may_hold(run)
    clicks.press(
        T("run.resume" if held else "run.pause"),
        f"{page}.pause",
        _hold,
        (page, not held),
        icon=":material/resume:" if held else ":material/pause:",
        disabled=not (active and may),
        help=T("run.not_yours") if active and not may else None,
    )


def _hold(page: str, hold: bool) -> None:
    try:
        if run := current(page):
            runs.hold(run.id, hold)
    except UserError as error:
        st.session_state[f"{page}.error"] = error


def joined(page: str, run: Run) -> None:
    """Tell the reader whose click found the same run under way."""
    if st.session_state.get(f"{page}.how") == "joined" and run.active and run.user != runs.user():
        st.caption(T("run.joined"))


def _start(page: str, spec: FineTuneSpec, fresh: bool) -> None:
    try:
        run = current(page)
        if run is not None and runs.goes_on(run):
            fresh = False  # the second click of an impatient hand: join what the first began
        submission = runs.start(spec, fresh)
    except UserError as error:
        st.session_state[f"{page}.error"] = error
        return
    look_at(page, submission)


def look_at(page: str, submission: Submission) -> None:
    """From now on the page shows this run."""
    st.session_state[f"{page}.left"] = ()
    st.session_state[f"{page}.run"] = submission.run_id
    st.session_state[f"{page}.replay"] = submission.how == "recorded"
    st.session_state[f"{page}.how"] = submission.how
    st.session_state[f"{page}.reveal"] = True


def stop(page: str) -> None:
    """Leave the run this page looks at."""
    if run_id := st.session_state.get(f"{page}.run"):
        leave(page, [run_id])


def leave(page: str, run_ids: Collection[str]) -> None:
    """This reader has seen enough; a run stops when its last reader leaves."""
    try:
        for run_id in run_ids:
            runs.store().leave(run_id, runs.user())
        st.session_state[f"{page}.left"] = tuple(run_ids)
    except UserError as error:
        st.session_state[f"{page}.error"] = error


def going_on(page: str, shown: Iterable[Run]) -> None:
    """Tell the reader who left a run that it goes on, because others watch it."""
    left = st.session_state.get(f"{page}.left", ())
    if any(runs.goes_on(run) and run.id in left for run in shown):
        st.info(T("run.going_on"))


def current(page: str = "fine_tune") -> Run | None:
    """The run this page looks at, read from the store; says so once when it is there no more."""
    run_id = st.session_state.get(f"{page}.run")
    run = runs.store().run(run_id) if run_id else None
    if run_id and run is None:
        st.session_state[f"{page}.run"] = None
        st.session_state[f"{page}.error"] = UserError("run.gone")
    return run


def replaying(page: str = "fine_tune") -> bool:
    return bool(st.session_state.get(f"{page}.replay"))


def show(run: Run, page: str = "fine_tune") -> None:
    """The live charts of one run; a run that was just asked for is brought into sight, one that
    was here before is not: the page opens at its top."""
    asked = bool(st.session_state.pop(f"{page}.reveal", False))
    curves(page, [shown(run)], run, reveal=asked)


def curves(page: str, entries: Sequence[ShownRun], last: Run, **looks: Any) -> None:
    """Live charts of what a page looks at; `last` dates a replay, `looks` are those of `live`."""
    ended = live(
        entries,
        words=_words(last),
        key=f"{page}.live",
        replay=replaying(page),
        recorded=when(last),
        **looks,
    )
    if ended and replaying(page):
        st.session_state[f"{page}.replay"] = False
        st.rerun()


def _words(run: Run) -> dict[str, str]:
    """Of the live charts; some are said otherwise of texts than of pictures."""
    found = words("live", "status")
    if catalog.reads_texts(run.spec):
        found |= {k.removesuffix(".texts"): t for k, t in found.items() if k.endswith(".texts")}
    return found


def shown(run: Run, label: str = "") -> ShownRun:
    """What the live charts are told of a run."""
    return {
        "id": run.id,
        "label": label,
        "stopping": run.stopping,
        "pausing": run.pausing,
        "held": run.status == "paused",
        "own": runs.may_hold(run),
    }


def begun(run: Run) -> str:
    """The moment a run was asked for."""
    return f"{datetime.datetime.fromtimestamp(run.created):%Y-%m-%d %H:%M}"


def when(run: Run) -> str:
    """The moment a run was recorded, as a reader writes it."""
    moment = datetime.datetime.fromtimestamp(run.ended or run.created)
    return f"{moment:%Y-%m-%d %H:%M}"
