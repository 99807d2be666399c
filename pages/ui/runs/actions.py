"""What can be done with runs: open, repeat with another seed, take into the lab, link, delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import streamlit as st

from pages.ui.forms import clicks, draft, link
from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T, language
from pages.ui.runs import live_run, runs
from tlcore.ground.errors import UserError
from tlcore.runs import comparison
from tlcore.runs.spec import FineTuneSpec
from tlcore.runs.store.store import Run

ASKING = "runs.asking"  # the runs that the reader is asked about: delete them?


def open_page(run_id: str) -> NoReturn:
    """To the run's own page."""
    st.switch_page(page_file("run"), query_params={"id": run_id, "lang": language()})


def open_button(run_id: str, key: str) -> None:
    """A small way to the run's own page."""
    if st.button(T("own.run.open"), key=key, icon=":material/monitoring:"):
        open_page(run_id)


def linked() -> Run | None:
    """The run that the address names, put into this reader's list; None for any other id."""
    run = runs.store().run(st.query_params.get("id", ""))
    if run is None or run.kind != "fine_tune":
        return None
    if st.session_state.get("run.run") != run.id:
        runs.store().watch(run.id, runs.user())
        st.session_state["run.run"] = run.id
        st.session_state["run.replay"] = False
        st.session_state["run.left"] = ()
    return run


def held(run: Run) -> None:
    """The run page's buttons."""
    with st.container(horizontal=True):
        if run.active:
            live_run.pause_button("run", run)
            live_run.stop_button("run", True, live_run.stop, ("run",))
        else:
            _again([run], "run")
        _into_lab(run, "run")
    live_run.going_on("run", [run])


def bar(picked: Sequence[Run]) -> None:
    """What can be done with the runs that are ticked."""
    if not picked:
        st.caption(T("runs.choose"))
        return
    with st.container(horizontal=True):
        if len(picked) == 1 and st.button(
            T("runs.open_one"), key="runs.open", type="primary", icon=":material/open_in_full:"
        ):
            open_page(picked[0].id)
        _again(picked, "runs")
        if len(picked) == 1:
            _into_lab(picked[0], "runs")
        clicks.press(
            T("runs.delete", n=len(picked)),
            "runs.delete",
            _ask,
            ([run.id for run in picked],),
            icon=":material/delete:",
        )
    _asked(picked)
    if len(picked) == 1:
        link_text(picked)


def link_text(picked: Sequence[Run]) -> None:
    """A run's link as text that one can copy, and what it does."""
    st.caption(T("run.link.about"))
    st.code(link.run_address(picked[0]), language=None, wrap_lines=True)


def _again(picked: Sequence[Run], page: str) -> None:
    clicks.press(
        T("runs.again"),
        f"{page}.again",
        _repeat,
        ([run.id for run in picked], page),
        icon=":material/casino:",
        help=T("runs.again.help"),
    )


def _repeat(run_ids: Sequence[str], page: str) -> None:
    """Each of these once more with a seed that this reader has not tried with its settings."""
    try:
        mine = runs.store().runs(runs.user())
        asked = [spec for run_id in run_ids if (spec := _other_seed(run_id, mine))]
        begun = runs.start_all(asked)
    except UserError as error:
        st.session_state[f"{page}.error"] = error
        return
    if page == "run" and begun:
        st.query_params["id"] = begun[0].run_id


def _other_seed(run_id: str, mine: Sequence[Run]) -> FineTuneSpec | None:
    run = runs.store().run(run_id)
    if run is None:
        return None
    alike = comparison.without_seed(run.spec)
    used = [r.spec["seed"] for r in mine if comparison.without_seed(r.spec) == alike]
    return FineTuneSpec(**run.spec | {"seed": comparison.another_seed(run.spec, used)})


def _into_lab(run: Run, page: str) -> None:
    if st.button(T("runs.into_lab"), key=f"{page}.into_lab", icon=T("icon.fine_tune")):
        draft.put({k: v for k, v in run.spec.items() if k in draft.FIELDS})
        st.session_state["fine_tune.run"] = run.id
        st.session_state["fine_tune.replay"] = False
        st.switch_page(page_file("fine_tune"))


def _ask(run_ids: Sequence[str]) -> None:
    st.session_state[ASKING] = tuple(run_ids)


def _asked(picked: Sequence[Run]) -> None:
    """Asks once, and says what happens to others who have the link."""
    asking = st.session_state.get(ASKING)
    if asking != tuple(run.id for run in picked):
        st.session_state[ASKING] = None
        return
    with st.container(border=True):
        st.markdown(T("runs.delete.ask", n=len(asking)))
        with st.container(horizontal=True):
            yes = T("runs.delete.yes", n=len(asking))
            clicks.press(yes, "runs.delete.yes", _delete, (asking,), type="primary")
            clicks.press(T("runs.delete.no"), "runs.delete.no", _ask, ((),))


def _delete(run_ids: Sequence[str]) -> None:
    try:
        for run_id in run_ids:
            runs.store().remove(run_id, runs.user())
    except UserError as error:
        st.session_state["runs.error"] = error
    st.session_state[ASKING] = None
