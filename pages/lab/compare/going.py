"""The runs of a comparison, one for each seed: begin, stop, look, and wait for all of them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.lab.compare import chooser as compare_choice
from pages.lab.compare.sweep import sweep
from pages.ui.forms import clicks
from pages.ui.frame.speech import T, language, show, words
from pages.ui.runs import live_run, runs, told
from tlcore import catalog
from tlcore.experiments.compare import entrants
from tlcore.experiments.compare.spec import CompareSpec
from tlcore.ground.errors import UserError
from tlcore.runs.store.store import Run
from tlcore.training import strategies

PAGE, BEGUN = compare_choice.PAGE, compare_choice.BEGUN


def buttons(specs: Sequence[CompareSpec]) -> list[Run]:
    """Start and stop; the runs there are, seed by seed, whoever asked for them."""
    found = [run for spec in specs if (run := told.find(spec)) is not None]
    active = [run for run in found if run.active]
    told.watch(PAGE, *active)
    done = len(found) == len(specs) and all(told.answered(run) for run in found)
    with st.container(horizontal=True):
        clicks.go(
            T("compare.run"),
            f"{PAGE}.start",
            _begin,
            (tuple(specs),),
            disabled=done or len(active) == len(specs),
        )
        live_run.stop_button(PAGE, bool(active), _stop, ([run.id for run in active],))
    if not found:
        st.caption(_expected(specs))
    told.trouble()
    live_run.pending_error(PAGE)
    live_run.going_on(PAGE, found)
    return found


def _begin(specs: tuple[CompareSpec, ...]) -> None:
    """All seeds, side by side on the slots of the machine."""
    try:
        expected = entrants.seconds(specs[:1], runs.profile(specs[0].backbone))
        runs.in_time(specs[0].backbone, expected)
    except UserError as error:
        st.session_state[f"{PAGE}.error"] = error
        return
    st.session_state[f"{PAGE}.left"] = ()
    st.session_state.setdefault(BEGUN, {})[specs[0].backbone] = specs[0].model_dump()
    told.begin(*specs)
    st.session_state[f"{PAGE}.reveal"] = True


def _stop(run_ids: list[str]) -> None:
    live_run.leave(PAGE, run_ids)


def _expected(specs: Sequence[CompareSpec]) -> str:
    """How many trainings, and how long that takes, as far as it is known."""
    counts = {"n": len(specs[0].strategies) * len(specs[0].sizes), "seeds": len(specs)}
    expected = entrants.seconds(specs, runs.profile(specs[0].backbone))
    if expected is None:
        return T("compare.expected.unknown", **counts)
    return T("compare.expected", seconds=max(1, round(expected)), **counts)


def race(spec: CompareSpec, found: Sequence[Run]) -> None:
    """The curves of all seeds, while they come and afterwards."""
    blocks = len(catalog.backbone(spec.backbone).blocks)
    in_order = list(dict.fromkeys(entrant.strategy for entrant in entrants.of(spec)))
    labels = {name: strategies.title(name, blocks, language()) for name in in_order}
    sweep(
        [run.id for run in found],
        labels,
        sorted(spec.sizes),
        words=words("compare.live", "live"),
        key=f"{PAGE}.live",
        reveal=bool(st.session_state.pop(f"{PAGE}.reveal", False)),
    )
    st.caption(T("compare.live.reading"))
    problems = {str(p): p for run in found if (p := runs.failure(run))}
    for problem in problems.values():
        show(problem)  # what fails all of them is told once


def results(specs: Sequence[CompareSpec], found: Sequence[Run]) -> list[dict[str, object]]:
    """Of every seed, once all are there; none before."""
    if len(found) < len(specs) or not all(told.answered(run) for run in found):
        return []
    return [run.result or {} for run in found]
