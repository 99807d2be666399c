"""A race: several fine-tunes on one axis, begun and stopped together, and what they scored.

`Race.page` opens the keys of its widgets and of what the session keeps; its entrants are texts
under `why.`, and each has a meaning of pages.ui.frame.visual.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts.live_charts import ShownRun
from pages.ui.forms import clicks
from pages.ui.frame.speech import T
from pages.ui.runs import earlier, live_run, readings, runs
from pages.ui.server.streamlit_private import Place
from tlcore.ground.errors import UserError
from tlcore.runs.spec import FineTuneSpec
from tlcore.runs.store.store import Run


@dataclass(frozen=True)
class Race:
    page: str
    looks: Mapping[str, str]  # entrant -> "frozen", "kept", "new"


def buttons(race: Race, entrants: Mapping[str, FineTuneSpec], label: str) -> None:
    """Start and stop all of them."""
    entries = current(race)
    running = any(run.active for run in entries.values())
    with st.container(horizontal=True):
        clicks.go(label, f"{race.page}.start", _start, (race, entrants))
        live_run.stop_button(race.page, running, _stop, (race,))
    live_run.pending_error(race.page)
    live_run.going_on(race.page, entries.values())


def _start(race: Race, entrants: Mapping[str, FineTuneSpec]) -> None:
    try:
        begun = dict(zip(entrants, runs.start_all(list(entrants.values())), strict=True))
    except UserError as error:
        st.session_state[f"{race.page}.error"] = error
        return
    st.session_state[f"{race.page}.left"] = ()
    st.session_state[f"{race.page}.runs"] = {name: found.run_id for name, found in begun.items()}
    st.session_state[f"{race.page}.replay"] = all(s.how == "recorded" for s in begun.values())


def _stop(race: Race) -> None:
    live_run.leave(race.page, st.session_state.get(f"{race.page}.runs", {}).values())


def current(race: Race) -> dict[str, Run]:
    """The runs this page looks at: entrant -> its run."""
    ids = st.session_state.get(f"{race.page}.runs", {})
    found = {name: runs.store().run(run_id) for name, run_id in ids.items()}
    if None in found.values():
        st.session_state[f"{race.page}.runs"] = {}
        st.session_state[f"{race.page}.error"] = UserError("run.gone")
    return {name: run for name, run in found.items() if run is not None}


def finished(race: Race) -> dict[str, Run]:
    """All entrants once they have a result and have been seen; none before."""
    entries = current(race)
    done = {n: r for n, r in entries.items() if r.status == "finished" and r.result}
    return {} if len(done) < len(entries) or live_run.replaying(race.page) else done


def box(race: Race, entries: Mapping[str, Run], entrants: Mapping[str, FineTuneSpec]) -> Place:
    """Where a race is shown: grey, and told whose it is, when other entrants are set by now."""
    return earlier.box(race.page, *_one(entries, entrants))


def other(entries: Mapping[str, Run], entrants: Mapping[str, FineTuneSpec]) -> bool:
    """Whether what is shown was raced with other settings than those that stand now."""
    return earlier.differs(*_one(entries, entrants))


def _one(
    entries: Mapping[str, Run], entrants: Mapping[str, FineTuneSpec]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """One entrant as it ran and as it is set now: what all of them share tells them apart."""
    name, run = next(iter(entries.items()))
    return run.spec, entrants[name].model_dump(mode="json")


def show(race: Race, entries: Mapping[str, Run]) -> None:
    """Loss and validation accuracy of all on one axis."""
    last = max(entries.values(), key=lambda run: run.ended or run.created)
    shown: list[ShownRun] = [
        {**live_run.shown(run, T(f"why.{name}")), "colour": race.looks[name]}
        for name, run in entries.items()
    ]
    active = any(run.active for run in entries.values())
    live_run.curves(race.page, shown, last, panels=("loss", "accuracy"), reveal=active)


def verdict(race: Race) -> dict[str, Run]:
    """Scores with their intervals, and what the curves say; the entrants once all are there."""
    problems = [p for run in current(race).values() if (p := runs.failure(run))]
    for problem in {str(problem): problem for problem in problems}.values():
        live_run.show_error(problem)  # what fails all of them is told once
    done = finished(race)
    if not done:
        return {}
    percent = st.column_config.NumberColumn(format="%.1f%%")
    st.dataframe(
        pd.DataFrame([_line(name, run) for name, run in done.items()]),
        hide_index=True,
        column_config={
            **dict.fromkeys((T("result.accuracy"), T("why.low"), T("why.high")), percent),
            T("lab.learning"): st.column_config.NumberColumn(format="localized"),
            T("result.seconds"): st.column_config.NumberColumn(format="%.1f s"),
        },
    )
    readings.beside({T(f"why.{name}"): run for name, run in done.items()})
    st.caption(T("why.one_run"))
    return done


def winner(done: Mapping[str, Run]) -> str | None:
    """Who named most test pictures right; None where the second's interval reaches the first's."""
    scored = {name: run.result or {} for name, run in done.items()}
    first, *others = sorted(scored, key=lambda name: -scored[name]["test_accuracy"])
    low = scored[first]["interval"][0]
    return None if any(scored[name]["interval"][1] >= low for name in others) else first


def _line(name: str, run: Run) -> dict[str, Any]:
    result = run.result or {}
    low, high = result["interval"]
    return {
        T("why.entrant"): T(f"why.{name}"),
        T("result.accuracy"): 100 * result["test_accuracy"],
        T("why.low"): 100 * low,
        T("why.high"): 100 * high,
        T("lab.learning"): result["learning_parameters"],
        T("result.seconds"): result["seconds"]["total"],
    }
