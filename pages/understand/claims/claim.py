"""One claim: its verdict and rule, the figure, its parts, what is in print, and a seed to run."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame.speech import T
from pages.understand.claims import (
    figure as claims_figure,
)
from pages.understand.claims import (
    one_seed as claims_live,
)
from pages.understand.claims import (
    table as claims_table,
)
from tlcore.experiments.claims.record import Found

PAGE = "claims"


def show(found: Found, seed: int) -> None:
    claim = found.claim
    st.markdown(f"**{claim.number}. {_text(found, 'claim')}**")
    st.html(claims_table.verdict(found))
    st.markdown(T("claims.rule", rule=_text(found, "rule"), seeds=claim.seeds))
    if found.verdict is None:
        st.info(T("claims.nothing"), icon=":material/hourglass_empty:")
    elif found.seeds < claim.seeds:
        st.markdown(T("claims.few_seeds", known=found.seeds, seeds=claim.seeds))
    if found.verdict is not None and found.verdict.status != "holds":
        st.markdown(T("claims.reason", reason=_text(found, "reason")))
    run = claims_live.known(claim, seed)
    live = claims_live.marks(claim, run)
    st.markdown(f"**{T('claims.figure')}**")
    claims_figure.show(found, live, seed)
    if found.verdict is not None:
        st.markdown(f"**{T('claims.parts')}**")
        claims_table.parts(found)
    source = {"name": claim.published.name, "source": claim.published.source}
    read = T(f"claims.read.{claim.published.read}")
    st.markdown(T("claims.source", published=_text(found, "published"), read=read, **source))
    st.markdown(T("claims.how", how=_text(found, "how")))
    st.caption(f"{_cost(found)} {T('claims.command', n=claim.number)}")
    claims_live.show(claim, seed)


def _text(found: Found, name: str) -> str:
    return T(f"claims.{found.claim.id}.{name}")


def _cost(found: Found) -> str:
    """What a seed costs, and where its numbers are from."""
    told = []
    if found.seconds is not None:
        told.append(T("claims.cost", seconds=f"{found.seconds:.0f}"))
    if found.conditions:
        told.append(T("claims.cost.machine", machine=found.conditions["machine"]))
    if found.rows and found.claim.recorded:
        told.append(T("claims.cost.recorded"))
    return " ".join(told)
