"""Beside one's own pictures: train with them, then try what was learned on a new picture.

One advice (`dataset_plan.advice`): until a similarity is measured the way that can spoil least,
then the measured one; it is the plan that Train uses.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.decide.my_dataset import already
from pages.decide.my_dataset import plan as dataset_plan
from pages.decide.my_dataset import similarity as similarity_view
from pages.decide.my_dataset.chooser import Choice
from pages.ui.charts.explained import explained
from pages.ui.forms.try_picture import try_picture
from pages.ui.frame.speech import T, plain, words
from pages.ui.frame.speech import show as show_error
from pages.ui.runs import actions as run_actions
from pages.ui.runs import explain, live_run, naming, runs, told
from tlcore import catalog
from tlcore.experiments.explain.spec import ExplainSpec
from tlcore.experiments.matrix import presets as decide
from tlcore.experiments.matrix.advisor import Advice
from tlcore.ground.errors import UserError
from tlcore.runs.spec import FineTuneSpec
from tlcore.runs.store.store import Run

PAGE = "own_training"  # of live_run: which run is looked at here
TRIED = "own_training.tried"  # id of a run -> sha256 of the picture that was tried last


def before() -> None:
    """What comes once the pictures are there."""
    for step in ("train", "try"):
        st.subheader(T(f"own.step.{step}"), anchor=False)
        st.caption(T(f"own.step.{step}.before"))


def show(choice: Choice) -> None:
    """Steps two and three, for a set that can be used."""
    advice, measured = _advice(choice)
    asked = spec(choice, advice)
    st.markdown(T("own.advice.measured" if measured else "own.advice", way=_way(advice)))
    with st.container(horizontal=True):
        live_run.start_button(asked, PAGE, T("own.train"))
        run = live_run.current(PAGE)
        if run is not None and run.spec["data"] != choice.data.id:
            run = None  # of another set
        if run is not None and run.result:
            run_actions.open_button(run.id, f"{PAGE}.open")
    if run is not None:
        _training(run, asked)
    already.show(choice)
    st.subheader(T("own.step.try"), anchor=False)
    if run is None or run.status != "finished":
        st.caption(T("own.step.try.before"))
        return
    _try(run)


def spec(choice: Choice, advice: Advice) -> FineTuneSpec:
    """What the advice comes to for these pictures."""
    return decide.advised(choice.backbone.id, choice.data.id, choice.size, advice.plan, advice)


def _advice(choice: Choice) -> tuple[Advice, bool]:
    """And whether a similarity stands behind it."""
    run = similarity_view.found(choice.similarity(choice.backbone.id))
    result = (run.result or None) if run is not None and told.answered(run) else None
    return dataset_plan.advice(choice, result), dataset_plan.placed(result)


def _way(advice: Advice) -> str:
    return T(f"advice.{advice.cell}.short")


def _training(run: Run, asked: FineTuneSpec) -> None:
    """How far it is, then how many of the test pictures it names rightly."""
    if run.active:
        told.state(run, _epoch(run), f"{PAGE}.run", told_by="epoch")
        return
    if problem := runs.failure(run):
        show_error(problem)
        return
    result = run.result or {}
    if result.get("test_accuracy") is None:
        return
    of = len(result["truth"])
    right = sum(a == b for a, b in zip(result["predictions"], result["truth"], strict=True))
    low, high = result["interval"]
    values = {"right": right, "of": of, "low": f"{low:.0%}", "high": f"{high:.0%}"}
    st.success(T("own.trained", **values))
    if run.spec != asked.model_dump(mode="json"):
        st.caption(T("own.trained.other"))


def _epoch(run: Run) -> told.Progress:
    of = int(run.spec["epochs"])
    return lambda row: (row["epoch"] / of, T("own.training", done=row["epoch"], of=of))


def _try(run: Run) -> None:
    """The camera or a file; the answer, and where it looked."""

    def came(content: bytes) -> None:
        if name := explain.brought(content, PAGE):
            _tried()[run.id] = name

    try_picture(
        words=words("own", "error.own", "error.picture"),
        key=f"{PAGE}.picture.{run.id}",
        on_picture=came,
    )
    live_run.pending_error(PAGE)
    upload = _tried().get(run.id)
    if upload is None:
        st.caption(T("own.try.about"))
        return
    try:
        answer = explain.asked(ExplainSpec(run=run.id, upload=upload, block=_block(run)))
    except UserError as error:
        show_error(error)
        return
    if answer.active:
        explain.wait(answer)
    elif error := runs.failure(answer):
        show_error(error)
        return
    names = naming.class_names(run)
    found: dict[str, Any] | None = answer.result
    explained(
        found,
        names=names,
        words=words("explained"),
        key=f"{PAGE}.answer",
        busy=answer.active,
        reveal=not answer.active and bool(st.session_state.pop(f"{PAGE}.reveal", False)),
    )
    if found:
        sure = found["probabilities"]
        best = max(range(len(sure)), key=sure.__getitem__)
        st.markdown(T("explain.says", name=plain(names[best]), sure=f"{sure[best]:.0%}"))


def _block(run: Run) -> int:
    """As the page of a run opens: the last block that still tells places apart."""
    return explain.usual_block(catalog.backbone(run.spec["backbone"]), int(run.spec["read"]))


def _tried() -> dict[str, str]:
    found: dict[str, str] = st.session_state.setdefault(TRIED, {})
    return found
