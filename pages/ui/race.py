"""Three starts on one axis: from scratch, head only, fine-tuned.  Same seed, same data order."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.ui import live_run, readings, runs
from pages.ui.components import live
from pages.ui.frame import T, words
from tlcore import advisor, catalog, evidence, recipe
from tlcore.errors import UserError
from tlcore.spec import FineTuneSpec
from tlcore.store import Run

PAGE = "why_transfer"
SIZES = (20, 40, 100, 200, 1_000)
EPOCHS = (3, 15, 60)  # too few, about right, too many (for 40 pictures: 6, 30, 120 steps)
MOST_SEED = 9999
COLOURS = {"head_only": "frozen", "fine_tune": "kept", "scratch": "new"}


def resume() -> None:
    """After a reload: look again at the reader's own race while one of its runs goes on."""
    if f"{PAGE}.runs" in st.session_state:
        return
    st.session_state[f"{PAGE}.runs"] = {}
    mine = runs.mine()
    for run in filter(runs.goes_on, mine):
        size, epochs, seed = (run.spec[field] for field in ("train_size", "epochs", "seed"))
        if size not in SIZES or epochs not in EPOCHS or seed > MOST_SEED:
            continue
        asked = {n: s.model_dump(mode="json") for n, s in specs(size, epochs, seed).items()}
        if run.spec in asked.values():
            newest = {n: [r.id for r in mine if r.spec == spec][:1] for n, spec in asked.items()}
            st.session_state[f"{PAGE}.runs"] = {n: ids[0] for n, ids in newest.items() if ids}
            kept = {"size": size, "epochs": epochs, "seed": seed}
            st.session_state[f"{PAGE}.settings"] = kept
            return


def settings() -> tuple[int, int, int]:
    """How many garments of the shop, how long, which draw."""
    kept: dict[str, int] = st.session_state.setdefault(
        f"{PAGE}.settings", {"size": 40, "epochs": 15, "seed": 0}
    )
    for field, value in kept.items():
        st.session_state[f"{PAGE}.{field}"] = value

    def keep(field: str) -> None:
        value = st.session_state[f"{PAGE}.{field}"]
        kept[field] = kept[field] if value is None else value

    size, epochs, seed = st.columns([1.3, 1.3, 0.7])
    size.segmented_control(
        T("why.size"),
        SIZES,
        key=f"{PAGE}.size",
        format_func=lambda n: f"{n:,}",
        on_change=keep,
        args=("size",),
    )
    epochs.segmented_control(
        T("why.epochs"),
        EPOCHS,
        key=f"{PAGE}.epochs",
        format_func=lambda n: T(f"why.epochs.{n}"),
        on_change=keep,
        args=("epochs",),
    )
    seed.number_input(
        T("field.seed"), 0, MOST_SEED, key=f"{PAGE}.seed", on_change=keep, args=("seed",)
    )
    return kept["size"], kept["epochs"], kept["seed"]


def specs(size: int, epochs: int, seed: int) -> dict[str, FineTuneSpec]:
    """The three entrants: one spec each, equal but for the plan and its rate."""
    n = len(catalog.backbone("clothing").blocks)
    plans = {
        "head_only": (recipe.head_only(n), 1e-3),
        "fine_tune": (recipe.everything(n), 1e-3),
        "scratch": (recipe.from_scratch(n), 2e-3),
    }
    return {
        name: FineTuneSpec(
            data="garments",
            train_size=size,
            read=plan.read,
            keep=plan.keep,
            freeze=plan.freeze,
            lr=lr,
            layer_decay=1.0 if name == "scratch" else 0.8,
            epochs=epochs,
            batch=16,
            seed=seed,
        )
        for name, (plan, lr) in plans.items()
    }


def buttons(entrants: dict[str, FineTuneSpec]) -> None:
    """Start and stop all three."""
    entries = current()
    running = any(run.active for run in entries.values())
    with st.container(horizontal=True):
        live_run.press(
            T("why.start"),
            f"{PAGE}.start",
            _start,
            (entrants,),
            type="primary",
            icon=":material/play_arrow:",
        )
        live_run.stop_button(PAGE, running, _stop)
    live_run.pending_error(PAGE)
    live_run.going_on(PAGE, entries.values())


def _start(entrants: dict[str, FineTuneSpec]) -> None:
    try:
        begun = dict(zip(entrants, runs.start_all(list(entrants.values())), strict=True))
    except UserError as error:
        st.session_state[f"{PAGE}.error"] = error
        return
    st.session_state[f"{PAGE}.left"] = ()
    st.session_state[f"{PAGE}.runs"] = {name: found.run_id for name, found in begun.items()}
    st.session_state[f"{PAGE}.replay"] = all(s.how == "recorded" for s in begun.values())


def _stop() -> None:
    live_run.leave(PAGE, st.session_state.get(f"{PAGE}.runs", {}).values())


def current() -> dict[str, Run]:
    """The race this page looks at: entrant -> its run."""
    ids = st.session_state.get(f"{PAGE}.runs", {})
    found = {name: runs.store().run(run_id) for name, run_id in ids.items()}
    if None in found.values():
        st.session_state[f"{PAGE}.runs"] = {}
        st.session_state[f"{PAGE}.error"] = UserError("run.gone")
    return {name: run for name, run in found.items() if run is not None}


def show(entries: dict[str, Run]) -> None:
    """Loss and validation accuracy of the three on one axis."""
    last = max(entries.values(), key=lambda run: run.ended or run.created)
    ended = live(
        [
            {**live_run.shown(run, T(f"why.{name}")), "colour": COLOURS[name]}
            for name, run in entries.items()
        ],
        words=words("live", "status"),
        key=f"{PAGE}.live",
        replay=live_run.replaying(PAGE),
        recorded=live_run.when(last),
        panels=("loss", "accuracy"),
        reveal=any(run.active for run in entries.values()),
    )
    if ended and live_run.replaying(PAGE):
        st.session_state[f"{PAGE}.replay"] = False
        st.rerun()


def verdict(entries: dict[str, Run]) -> None:
    """Scores with their intervals, and what the curves say, computed from them."""
    problems = [problem for run in entries.values() if (problem := runs.failure(run))]
    for problem in {str(problem): problem for problem in problems}.values():
        live_run.show_error(problem)  # what fails all three is told once
    done = {n: r for n, r in entries.items() if r.status == "finished" and r.result}
    if len(done) < len(entries) or live_run.replaying(PAGE):
        return
    table = [_line(name, run) for name, run in done.items()]
    percent = st.column_config.NumberColumn(format="%.1f%%")
    st.dataframe(
        pd.DataFrame(table),
        hide_index=True,
        column_config={
            **dict.fromkeys((T("result.accuracy"), T("why.low"), T("why.high")), percent),
            T("lab.learning"): st.column_config.NumberColumn(format="localized"),
            T("result.seconds"): st.column_config.NumberColumn(format="%.1f s"),
        },
    )
    readings.beside({T(f"why.{name}"): run for name, run in done.items()})
    st.caption(T("why.one_run"))


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


def measured() -> None:
    """The same race over several seeds, as the matrix has it: what one run cannot say."""
    found = evidence.cell("similar_small")
    rows = {row.strategy: row for row in found.rows}
    told = {
        name: f"{rows[name].accuracy:.1%} ± {100 * rows[name].half_width:.1f}"
        for name in ("scratch", "head_only", "everything")
    }
    size, seeds = found.conditions["size"], found.conditions["seeds"]
    epochs = advisor.epochs_for(size)
    st.markdown(T("why.measured", size=size, seeds=seeds, epochs=epochs, **told))
