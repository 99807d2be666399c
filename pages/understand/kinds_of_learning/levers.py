"""The smallest case of reinforcement learning: three levers, twenty pulls, no map."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.ui.frame.speech import T
from tlcore.experiments.kinds import bandit

PAGE = "kinds_of_learning"
NAMES = "ABC"
PLAYERS = 500


@st.fragment
def show() -> None:
    """A pull runs these lines alone, not the page."""
    kept = st.session_state.setdefault(f"{PAGE}.levers", {"seed": 0, "pulled": []})
    pulled: list[int] = kept["pulled"]
    over = len(pulled) >= bandit.PULLS
    with st.container(horizontal=True):
        for lever, name in enumerate(NAMES):
            st.button(
                T("kinds.levers.pull", name=name),
                key=f"{PAGE}.lever.{lever}",
                on_click=pulled.append,
                args=(lever,),
                disabled=over,
            )
        st.button(
            T("kinds.levers.again"),
            key=f"{PAGE}.levers.again",
            on_click=_again,
            type="tertiary",
            icon=":material/replay:",
        )
    paid = bandit.paid(pulled, kept["seed"])
    left = bandit.PULLS - len(pulled)
    if pulled:
        last = {"name": NAMES[pulled[-1]], "got": sum(paid), "left": left}
        st.markdown(T("kinds.levers.paid" if paid[-1] else "kinds.levers.nothing", **last))
    else:
        st.markdown(T("kinds.levers.begin", n=bandit.PULLS))
    _table(pulled, paid, bandit.chances(kept["seed"]) if over else None)
    if over:
        _compared(sum(paid), kept["seed"])


def _again() -> None:
    kept = st.session_state[f"{PAGE}.levers"]
    kept["seed"], kept["pulled"] = kept["seed"] + 1, []


def _table(pulled: list[int], paid: list[int], chances: list[float] | None) -> None:
    """What each lever brought; its true chance once nothing can be won any more."""
    tried = [pulled.count(lever) for lever in range(len(NAMES))]
    won = [sum(p for of, p in zip(pulled, paid, strict=True) if of == k) for k in range(len(NAMES))]
    columns = {
        T("kinds.levers.lever"): list(NAMES),
        T("kinds.levers.tried"): tried,
        T("kinds.levers.won"): won,
        T("kinds.levers.share"): [
            100 * w / n if n else None for w, n in zip(won, tried, strict=True)
        ],
    }
    shares = [T("kinds.levers.share")]
    if chances:
        shares.append(T("kinds.levers.truth"))
        columns[shares[1]] = [100 * chance for chance in chances]
    percent = st.column_config.NumberColumn(format="%.0f%%")
    st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        width=520,
        key=f"{PAGE}.levers.table",
        placeholder="–",
        column_config=dict.fromkeys(shares, percent),
    )


def _compared(got: int, seed: int) -> None:
    """The reader's payments beside those of programs with the same number of pulls."""
    played = {c: bandit.play(c, PLAYERS, seed) for c in bandit.CURIOSITIES}
    never, sometimes, always = (f"{value:.1f}" for value in played.values())
    best = f"{bandit.PULLS * max(bandit.chances(seed)):.1f}"
    values = {"got": got, "n": bandit.PULLS, "players": PLAYERS, "best": best}
    st.markdown(
        T("kinds.levers.compared", never=never, sometimes=sometimes, always=always, **values)
    )
