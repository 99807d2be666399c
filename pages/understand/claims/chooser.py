"""Which claim is on the table, and which seed: in the address too, so that a link opens it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui.forms import draft
from pages.ui.frame.speech import T
from pages.ui.lesson import lesson_link
from tlcore.experiments.claims import said as claims
from tlcore.experiments.claims.claim import Claim

PAGE = "claims"
FIRST = 4  # the clearest one
SEEDS = range(10_000)


def numbers() -> dict[int, Claim]:
    return {claim.number: claim for claim in claims.every().values()}


def kept() -> dict[str, Any]:
    """Number and seed, as the address or the reader set them last."""
    known = tuple(numbers())
    first = FIRST if FIRST in known else known[0]
    found: dict[str, Any] = st.session_state.setdefault(f"{PAGE}.kept", {"claim": first, "seed": 0})
    found |= lesson_link.settings(PAGE, {"claim": known, "seed": SEEDS})
    return found


def choose(now: dict[str, Any]) -> Claim:
    known = numbers()
    keep = draft.keeper(PAGE, now)
    number, seed = st.columns([3, 1])
    number.selectbox(
        T("claims.choose"),
        list(known),
        key=f"{PAGE}.claim",
        format_func=lambda given: f"{given}. {T(f'claims.{known[given].id}.title')}",
        on_change=keep,
        args=("claim", list(known)),
    )
    seed.number_input(
        T("claims.live.seed"), 0, SEEDS[-1], key=f"{PAGE}.seed", on_change=keep, args=("seed",)
    )
    _write(now)
    return known[now["claim"]]


def _write(now: dict[str, Any]) -> None:
    """The address names what is shown, and is not taken for a new link on the next run."""
    for name, value in now.items():
        if st.query_params.get(name) != str(value):
            st.query_params[name] = str(value)
    st.session_state[f"{PAGE}.link"] = {name: str(value) for name, value in now.items()}
