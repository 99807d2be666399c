"""What whoever sits at the server may do to everybody's runs: stop, clear, raise limits.

Nothing is destroyed by one click: a button opens what it would mean, a second one does it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from pages.ui.forms import clicks
from pages.ui.frame.speech import T, show
from pages.ui.lesson import room
from pages.ui.runs import live_run, runs
from pages.ui.server import host
from tlcore.ground.errors import UserError
from tlcore.runs.limits import USUAL, RoomLimits

READ = 20.0  # seconds that the answer to a click stays
ACTS: dict[str, tuple[str, Callable[[], int]]] = {
    "stop": (":material/stop_circle:", lambda: runs.store().stop_all()),
    "clear": (":material/delete_forever:", lambda: runs.store().clear()),
}


def stop_and_clear() -> None:
    """Two buttons with a question behind each, whose numbers are looked up again by themselves."""
    st.fragment(_stop_and_clear, run_every=room.OFTEN)()


def _stop_and_clear() -> None:
    asking = st.session_state.get("room.asking")
    with st.container(horizontal=True):
        for name, (icon, _) in ACTS.items():
            looks = {"icon": icon, "disabled": asking is not None}
            clicks.press(T(f"room.{name}"), f"room.{name}", _ask, (name,), **looks)
    if asking is not None:
        _question(asking)
    until, name, answer = st.session_state.get("room.told", (0.0, "", 0))
    if time.monotonic() > until:
        return
    if isinstance(answer, UserError):
        show(answer)
    else:
        st.success(T(f"room.{name}.done", n=answer), icon=":material/check_circle:")


def _question(name: str) -> None:
    """What it would mean, and two ways to go on."""
    busy = runs.store().busy()
    counts = {"running": busy.running, "waiting": busy.waiting, "paused": busy.paused}
    with st.container(border=True, key="room-question"):
        st.markdown(T(f"room.{name}.means", **counts))
        with st.container(horizontal=True):
            clicks.press(T(f"room.{name}.yes"), "room.yes", _do, (name,), type="primary")
            clicks.press(T("room.no"), "room.no", _ask, (None,))


def _ask(name: str | None) -> None:
    st.session_state["room.asking"] = name
    st.session_state.pop("room.told", None)


def _do(name: str) -> None:
    st.session_state["room.asking"] = None
    answer: int | UserError
    try:
        _still_here()
        _, act = ACTS[name]
        answer = act()
    except UserError as error:
        answer = error
    st.session_state["room.told"] = (time.monotonic() + READ, name, answer)


def _still_here() -> None:
    """Asked again when it counts: a session may have moved since the page was drawn."""
    if not host.at_the_server():
        raise UserError("room.not_here")


def limits() -> None:
    """How much one student may ask for, within what the store accepts."""
    now = runs.store().limits()
    with st.form("room.limits"):
        st.markdown(T("room.limits"))
        for column, name in zip(st.columns(4), RoomLimits.model_fields, strict=True):
            low, high = _bounds(name)
            column.number_input(
                T(f"room.limits.{name}"),
                low,
                high,
                value=getattr(now, name),
                key=f"room.limits.{name}",
                help=T(f"room.limits.{name}.help", usual=f"{getattr(USUAL, name):,}"),
            )
        st.form_submit_button(T("room.limits.set"), key="room.limits.set", on_click=_set)
    live_run.pending_error("room.limits")
    if st.session_state.pop("room.limits.done", False):
        st.success(T("room.limits.done"), icon=":material/check_circle:")


def _bounds(name: str) -> tuple[int, int]:
    """Least and most that a limit may be, as its model says."""
    rules = RoomLimits.model_json_schema()["properties"][name]
    return int(rules["minimum"]), int(rules["maximum"])


def _set() -> None:
    given = {name: st.session_state[f"room.limits.{name}"] for name in RoomLimits.model_fields}
    try:
        _still_here()
        runs.store().set_limits(RoomLimits(**given))
        st.session_state["room.limits.done"] = True
    except UserError as error:
        st.session_state["room.limits.error"] = error


def dismiss() -> None:
    """Take the notice of a damaged store away, for everybody."""
    clicks.press(T("room.notice.read"), "room.dismiss", _dismiss, (), icon=":material/done:")
    live_run.pending_error("room.dismiss")


def _dismiss() -> None:
    try:
        _still_here()
        runs.store().dismiss_notice()
    except UserError as error:
        st.session_state["room.dismiss.error"] = error
