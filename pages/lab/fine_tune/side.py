"""The side of the pictures that a network is shown: what each costs, and what it was worth."""

from __future__ import annotations

import streamlit as st

from pages.ui.forms import draft
from pages.ui.frame.speech import T
from tlcore.catalog import BackboneRow, DatasetRow, sides
from tlcore.catalog.sides import Score


def show(row: BackboneRow, data: DatasetRow) -> None:
    """Of a network that has a choice; others are shown theirs, and nothing is asked."""
    if not row.sides:
        return
    measured = sides.scores(row.id)
    by_side = measured.by_side if measured else {}
    st.session_state[draft.key("side")] = chosen = draft.values()["side"] or row.size
    st.segmented_control(
        T("field.side"),
        row.sides,
        key=draft.key("side"),
        format_func=lambda side: _option(row, side, by_side.get(side)),
        on_change=_keep,
        args=(row,),
        required=True,
        help=T("help.side"),
    )
    if measured is None:
        st.caption(T("side.unmeasured", usual=row.size))
        return
    how = {"sets": measured.sets, "train": measured.train, "seeds": measured.seeds}
    told = T("side.measured", usual=row.size, **how)
    score = by_side.get(chosen)
    if score is not None and score.more is not None:
        ends = {name: _signed(getattr(score.more, name)) for name in ("mean", "low", "high")}
        told += " " + T(f"side.{score.more.word}", side=chosen, usual=row.size, **ends)
    if data.source != "own" and data.size < chosen:
        told += " " + T("side.enlarged", px=data.size)
    st.caption(told)


def _signed(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "−")


def _option(row: BackboneRow, side: int, score: Score | None) -> str:
    """How large, how dear, how good."""
    told = {"side": side, "times": f"{row.at(side).macs / row.macs:.1f}"}
    if score is None:
        return T("side.option", **told)
    return T("side.option.measured", score=f"{score.accuracy:.1%}", **told)


def _keep(row: BackboneRow) -> None:
    """None is the usual one: it makes no other run of what it was before there was a choice."""
    side = st.session_state[draft.key("side")]
    if side in row.sides:
        draft.values()["side"] = None if side == row.size else side
