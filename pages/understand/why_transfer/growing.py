"""A tiny network is pre-trained while one watches; its blocks go on to a race (pair_view)."""

from __future__ import annotations

import streamlit as st

from pages.ui.forms import clicks, draft
from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T, show
from pages.ui.runs import earlier, live_run, naming, runs
from pages.understand.why_transfer import pair as pair_view
from tlcore.catalog import nursery
from tlcore.experiments.grown.spec import PretrainSpec
from tlcore.experiments.races import presets as why_transfer
from tlcore.ground.errors import UserError
from tlcore.runs.store.store import Run

PAGE = "why_transfer.pretrain"
SOURCES = ("font_digits", "signs", "blood")
SIZES = (500, 2_000, 6_000, 20_000)
EPOCHS = (2, 6, 12)
USUAL = PretrainSpec()


def finished() -> Run | None:
    """The pre-training that this reader has seen to its end."""
    run = live_run.current(PAGE)
    seen = run is not None and run.status == "finished" and not live_run.replaying(PAGE)
    return run if seen else None


def draw() -> None:
    """Settings, start, curves; where they have ended, what came of it and the race."""
    spec = _settings()
    run = live_run.current(PAGE)
    running = run is not None and run.active
    with st.container(horizontal=True):
        clicks.go(T("why.grown.start"), f"{PAGE}.start", _begin, (spec,))
        live_run.stop_button(PAGE, running, live_run.stop, (PAGE,))
    live_run.pending_error(PAGE)
    if run is None:
        st.caption(T("why.grown.first"))
        return
    live_run.going_on(PAGE, [run])
    looks = {"panels": ("loss", "accuracy"), "reveal": run.active}
    with earlier.box(PAGE, run.spec, spec.model_dump(mode="json")):
        live_run.curves(PAGE, [live_run.shown(run)], run, **looks)
        if error := runs.failure(run):
            show(error)
        there = finished() is not None and _came_of_it(run)
    if there:
        pair_view.draw(run)


def _settings() -> PretrainSpec:
    kept: dict[str, int | str] = st.session_state.setdefault(
        f"{PAGE}.settings",
        {"data": USUAL.data, "train_size": USUAL.train_size, "epochs": USUAL.epochs, "seed": 0},
    )
    keep = draft.keeper(PAGE, kept)
    columns = st.columns([1.5, 1.3, 0.8, 0.7])
    choices = {"data": SOURCES, "train_size": SIZES, "epochs": EPOCHS}
    for column, (field, options) in zip(columns[:3], choices.items(), strict=True):
        column.segmented_control(
            T(f"why.grown.{field}"),
            options,
            key=f"{PAGE}.{field}",
            format_func=_option,
            on_change=keep,
            args=(field,),
        )
    columns[3].number_input(
        T("field.seed"), 0, 9999, key=f"{PAGE}.seed", on_change=keep, args=("seed",)
    )
    return PretrainSpec.model_validate(kept)


def _option(value: int | str) -> str:
    return T(f"why.grown.{value}") if isinstance(value, str) else f"{value:,}"


def _begin(spec: PretrainSpec) -> None:
    try:
        live_run.look_at(PAGE, runs.look(spec))
        pair_view.forget()  # it was of the network before this one
    except UserError as error:
        st.session_state[f"{PAGE}.error"] = error


def _came_of_it(run: Run) -> bool:
    """What it has learned, in a sentence, and a way to take it along; whether it is still there."""
    result, spec = run.result or {}, run.spec
    told = {
        "source": T(f"why.grown.{spec['data']}"),
        "pictures": f"{spec['train_size']:,}",
        "epochs": spec["epochs"],
        "accuracy": f"{result['test_accuracy']:.1%}",
        "parameters": f"{result['total_parameters']:,}",
        "span": naming.span(result["seconds"]),
    }
    st.markdown(T("why.grown.told", **told))
    if nursery.note(nursery.name(run.id)) is None:
        show(UserError("backbone.gone"))
        return False
    clicks.press(T("why.grown.lab"), f"{PAGE}.lab", _into_lab, (run.id,), icon=":material/science:")
    if st.session_state.pop(f"{PAGE}.leave", False):
        st.switch_page(page_file("fine_tune"))
    return True


def _into_lab(run_id: str) -> None:
    """The lab with this backbone, handwritten digits, and all of it learning."""
    spec = why_transfer.pair(run_id)["grown"]
    draft.put(spec.model_dump(exclude={"kind"}))
    st.session_state.pop("fine_tune.run", None)
    st.session_state[f"{PAGE}.leave"] = True
