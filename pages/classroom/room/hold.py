"""The class's predictions, for whoever sits at the server: hold results, show one, begin anew.

While results are held, only the number of answers is told: a histogram seen too early is copied.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.ui.forms import clicks
from pages.ui.frame.speech import T, show
from pages.ui.lesson import predict, room
from pages.ui.runs import live_run, runs
from pages.ui.server import host, presence
from tlcore.ground.errors import UserError
from tlcore.runs.store.answers import Hold, Tally

MOST = 500  # readers that one may wait for
PAGE = "hold"


def predictions() -> None:
    """Counts that look again by themselves, and what may be done about them."""
    st.header(T("hold.title"), anchor=False)
    st.caption(T("hold.about"))
    st.fragment(_predictions, run_every=room.OFTEN)()


def _predictions() -> None:
    try:
        hold, tallies = runs.store().hold(), runs.store().tallies()
    except UserError as error:
        show(error)
        return
    _hold(hold)
    live_run.pending_error(PAGE)
    if not tallies:
        st.caption(T("hold.nobody"))
        return
    for name, tally in tallies.items():
        _question(name, tally, hold)
    _forget(sum(tally.said + tally.passed for tally in tallies.values()))


def _hold(hold: Hold | None) -> None:
    """Begin to hold, or end it."""
    if hold is not None:
        st.info(T("hold.on", n=hold.expected), icon=":material/hourglass_top:")
        _press("end", lambda: runs.store().end_hold(), icon=":material/lock_open:")
        return
    st.session_state.setdefault("hold.expected", min(max(presence.devices(), 2), MOST))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            T("hold.expected"),
            1,
            MOST,
            key="hold.expected",
            help=T("hold.expected.help"),
            width=220,
        )
        _press("begin", _begin, icon=":material/hourglass_top:")


def _begin() -> None:
    runs.store().hold_results(int(st.session_state["hold.expected"]))


def _question(name: str, tally: Tally, hold: Hold | None) -> None:
    held = hold is not None and hold.holds(name, tally)
    with st.container(border=True, key=f"hold-{name.replace('.', '-')}"):
        if not held:
            st.html(predict.STYLE)
            st.html(predict.table(name, tally))
            return
        assert hold is not None
        st.markdown(predict.question(name))
        counts = {"said": tally.said, "expected": hold.expected}
        st.progress(tally.said / hold.expected, text=T("hold.waiting", **counts))
        clicks.press(T("predict.show_now"), f"hold.show.{name}", _act, (_showing(name),))


def _showing(name: str) -> Callable[[], Any]:
    return lambda: runs.store().show_result(name)


def _forget(count: int) -> None:
    """For the next class; asked once, because it cannot be undone."""
    if not st.session_state.get("hold.asking"):
        clicks.press(T("hold.forget"), "hold.forget", _ask, (True,), icon=":material/mop:")
        return
    with st.container(border=True, key="hold-sure"):
        st.markdown(T("hold.forget.means", n=count))
        with st.container(horizontal=True):
            _press("forget.yes", _forgotten, type="primary")
            clicks.press(T("hold.forget.no"), "hold.forget.no", _ask, (False,))


def _ask(asking: bool) -> None:
    st.session_state["hold.asking"] = asking


def _forgotten() -> None:
    _ask(False)
    runs.store().forget_answers()


def _press(name: str, act: Callable[[], Any], **looks: Any) -> None:
    clicks.press(T(f"hold.{name}"), f"hold.{name}", _act, (act,), **looks)


def _act(act: Callable[[], Any]) -> None:
    """Asked again when it counts: a session may have moved since the page was drawn."""
    try:
        if not host.at_the_server():
            raise UserError("room.not_here")
        act()
    except UserError as error:
        st.session_state[f"{PAGE}.error"] = error
