"""Which case is on the table: by its number, which says nothing of the cause, and by its seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.ui.forms import draft, link
from pages.ui.frame.speech import T, language
from pages.ui.lesson import lesson_link
from tlcore.experiments.break_it.mishaps import CASES, Fault
from tlcore.experiments.break_it.presets import case as spec_of
from tlcore.experiments.break_it.spec import BreakSpec

PAGE = "break_it"
SEEDS = range(100)
NUMBERS = tuple(range(1, len(CASES) + 1))


@dataclass(frozen=True)
class Case:
    number: int  # from 1
    seed: int

    @property
    def fault(self) -> Fault:
        return CASES[self.number - 1]

    @property
    def question(self) -> str:
        """The name under which answers are counted: the same for every seed."""
        return f"break_{self.fault}"

    def spec(self, repaired: bool = False) -> BreakSpec:
        return spec_of(self.fault, repaired, self.seed)


def choose() -> Case:
    """Number and seed; a link sets both, so that each pair can have a case of its own."""
    kept: dict[str, Any] = st.session_state.setdefault(f"{PAGE}.kept", {"case": 1, "seed": 0})
    kept |= lesson_link.settings(PAGE, {"case": NUMBERS, "seed": SEEDS})
    keep = draft.keeper(PAGE, kept)
    number, seed = st.columns([3, 1])
    number.segmented_control(
        T("break.cases"),
        NUMBERS,
        key=f"{PAGE}.case",
        on_change=keep,
        args=("case", NUMBERS),
        required=True,
        wrap=True,  # on a phone the eighth would be beyond the edge
    )
    seed.number_input(
        T("break.seed"), 0, SEEDS[-1], key=f"{PAGE}.seed", on_change=keep, args=("seed",)
    )
    found = Case(kept["case"], kept["seed"])
    with st.expander(T("break.link"), icon=":material/link:"):
        st.caption(T("break.link.about", n=found.number, seed=found.seed))
        query = {"case": found.number, "seed": found.seed, "lang": language()}
        st.code(link.page_address(PAGE, query), language=None, wrap_lines=True)
    return found


def step() -> None:
    """On to the next case, after the last to the first."""
    st.button(T("break.next"), key=f"{PAGE}.next", on_click=_next, icon=":material/navigate_next:")


def _next() -> None:
    kept = st.session_state[f"{PAGE}.kept"]
    kept["case"] = kept["case"] % len(NUMBERS) + 1
