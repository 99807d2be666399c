"""One seed of a claim, run here and now: its marks stand beside those that were recorded."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame.speech import T
from pages.ui.runs import experiment, told
from pages.understand.claims.table import label_of, value
from tlcore.experiments.claims import presets
from tlcore.experiments.claims.claim import Claim, Point
from tlcore.ground.errors import UserError
from tlcore.runs.store.store import Run

PAGE = "claims"


def known(claim: Claim, seed: int) -> Run | None:
    """The run of this seed where it has ended well, whoever asked for it."""
    try:
        run = told.find(presets.spec(claim.id, seed))
    except UserError:  # told where the run is asked for
        return None
    return run if told.answered(run) else None


def marks(claim: Claim, run: Run | None) -> tuple[Point, ...]:
    """As the recorded ones, of one row."""
    if run is None or run.result is None:
        return ()
    return claim.judge([run.result["row"]]).ours


def show(claim: Claim, seed: int) -> None:
    st.markdown(f"**{T('claims.live')}**")
    st.caption(T("claims.live.about"))
    spec = presets.spec(claim.id, seed)
    key = f"{PAGE}.live.{claim.id}"
    run = experiment.answer(spec, key, T("claims.live.start"), _at)
    if run is None or run.result is None:
        return
    unit = claim.published.unit
    found = [f"{label_of(claim, p.label)} {value(p, unit)}" for p in marks(claim, run)]
    seconds = f"{run.result['cpu_seconds']:.0f}"
    st.markdown(T("claims.live.done", seed=seed, seconds=seconds, values=", ".join(found)))


def _at(row: told.Row) -> tuple[float | None, str]:
    share = row["done"] / row["of"]
    return share, T("claims.live.at", done=row["done"] + 1, of=row["of"])
