"""One depth of the curves run once more, here and now: the reader's own dot beside the bands."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui.forms import draft
from pages.ui.frame.speech import T
from pages.ui.runs import live_run, runs
from tlcore.experiments.claims.depths.reading import BASE, SPLITS, TUNED, Record
from tlcore.runs.spec import FineTuneSpec

PAGE = "what_layers_know.depths"
CURVES = ("AnB", "AnB+", BASE)  # base B's own weights are not kept: BnB stays a recording
USUAL = {"curve": "AnB", "n": 8, "seed": 100}
MOST_SEED = 9999


def spec(record: Record, split: str, curve: str, n: int, seed: int) -> FineTuneSpec:
    """The same recipe as the recording, with another seed."""
    told = record.conditions
    blocks = max(record.depths)
    keep = 0 if curve == BASE else n
    return FineTuneSpec(
        backbone="clothing",
        data=SPLITS[split].data,
        train_size=told["train"],
        read=blocks,
        keep=keep,
        freeze=keep if curve == "AnB" else 0,
        epochs=told["epochs"],
        batch=told["batch"],
        lr=told["lr"],
        seed=seed,
    )


def points(split: str, curves: Sequence[str]) -> list[tuple[int, float]]:
    """The reader's own run as a dot, where it belongs to a curve that is drawn."""
    run = live_run.current(PAGE)
    if run is None or run.status != "finished" or not run.result:
        return []
    if run.spec["data"] != SPLITS[split].data:
        return []
    tuned = run.spec["freeze"] == 0
    if run.spec["keep"] == 0 or tuned != (curves[-1] in TUNED):
        return []
    return [(run.spec["keep"], run.result["test_accuracy"])]


def show(record: Record, split: str) -> None:
    """Choose a depth, start, watch, and read the result beside the recorded mean."""
    st.markdown(f"**{T('depths.live')}**")
    kept: dict[str, str | int] = st.session_state.setdefault(f"{PAGE}.settings", dict(USUAL))
    keep = draft.keeper(PAGE, kept)
    curve, depth, seed = st.columns([1.6, 1.4, 0.7])
    curve.segmented_control(
        T("depths.live.curve"),
        CURVES,
        key=f"{PAGE}.curve",
        format_func=lambda name: T(f"depths.live.curve.{name}"),
        on_change=keep,
        args=("curve",),
        required=True,
    )
    depth.slider(
        T("depths.axis.n"),
        1,
        max(record.depths),
        key=f"{PAGE}.n",
        on_change=keep,
        args=("n",),
        disabled=kept["curve"] == BASE,
    )
    seed.number_input(
        T("field.seed"), 0, MOST_SEED, key=f"{PAGE}.seed", on_change=keep, args=("seed",)
    )
    asked = spec(record, split, str(kept["curve"]), int(kept["n"]), int(kept["seed"]))
    live_run.resume(PAGE, asked)
    run = live_run.current(PAGE)
    with st.container(horizontal=True):
        live_run.start_button(asked, PAGE, T("depths.live.start"))
        live_run.stop_button(PAGE, run is not None and run.active, live_run.stop, (PAGE,))
    if run is None:
        st.caption(T("depths.live.about"))
        return
    live_run.curves(PAGE, [live_run.shown(run)], run, panels=("loss", "accuracy"))
    if problem := runs.failure(run):
        live_run.show_error(problem)
    if run.status == "finished" and run.result and not live_run.replaying(PAGE):
        st.markdown(_verdict(record, run.spec, run.result))


def _verdict(record: Record, asked: dict[str, object], result: dict[str, object]) -> str:
    """This run beside the recorded mean of the same depth."""
    split = next(name for name, one in SPLITS.items() if one.data == asked["data"])
    n = int(str(asked["keep"]))
    name = BASE if n == 0 else "AnB" if asked["freeze"] else "AnB+"
    found = [record.base(split)] if n == 0 else record.curve(split, name)
    point = next((p for p in found if p.n == n), None)
    mine = f"{float(str(result['test_accuracy'])):.1%}"
    if point is None or point.half is None:
        return T("depths.live.alone", mine=mine)
    told = {"mean": f"{point.mean:.1%}", "half": f"{100 * point.half:.1f}", "seeds": point.seeds}
    return T("depths.live.said", mine=mine, **told)
