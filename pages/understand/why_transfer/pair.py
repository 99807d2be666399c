"""The pair: few handwritten digits, learned from nothing, from the network that one has just
watched, and from the stored clothing backbone."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.ui.frame.speech import T
from pages.ui.lesson import predict
from pages.understand.why_transfer import racing
from pages.understand.why_transfer import steps as steps_view
from tlcore.experiments.races import presets as why_transfer
from tlcore.experiments.races import record as races_record
from tlcore.runs.spec import FineTuneSpec
from tlcore.runs.store.store import Run

PAGE = "why_transfer.pair"
SIZES = (20, 40, 200)  # digits to learn from
RACE = racing.Race(PAGE, {"grown": "kept", "stored": "source", "tiny_scratch": "new"})
GUESSES = ("tiny_scratch", "grown", "stored")  # predict.why_pair.option.0, .1, .2


def draw(grown: Run) -> None:
    """`grown`: the pre-training whose weights start in this race; its seed is the race's."""
    st.subheader(T("why.pair"), anchor=False)
    st.markdown(T("why.pair.about"))
    size = _size()
    source = str(grown.spec["data"])
    predict.ask("why_pair", source=source, size=size)
    entrants = why_transfer.pair(grown.id, size, seed=int(grown.spec["seed"]))
    racing.buttons(RACE, entrants, T("why.pair.start"))
    entries = racing.current(RACE)
    if entries:
        _raced(entries, entrants, source)
    if predict.answered("why_pair", source=source, size=size):
        measured(source, size)


def _raced(entries: Mapping[str, Run], entrants: Mapping[str, FineTuneSpec], source: str) -> None:
    about = {"source": source, "size": next(iter(entries.values())).spec["train_size"]}
    if not predict.answered("why_pair", **about):
        st.info(T("why.guess_first"), icon=":material/psychology_alt:")
        return
    with racing.box(RACE, entries, entrants):
        racing.show(RACE, entries)
        if done := racing.verdict(RACE):
            best = racing.winner(done)
            predict.told("why_pair", None if best is None else GUESSES.index(best), **about)
            steps_view.show(RACE, done, quick="grown", slow="tiny_scratch")


def forget() -> None:
    """Another network was pre-trained: the next race is another race."""
    st.session_state.pop(f"{PAGE}.runs", None)


def _size() -> int:
    kept: dict[str, int] = st.session_state.setdefault(
        f"{PAGE}.settings", {"size": why_transfer.SIZE}
    )
    st.session_state[f"{PAGE}.size"] = kept["size"]

    def keep() -> None:
        kept["size"] = st.session_state[f"{PAGE}.size"] or kept["size"]

    st.segmented_control(T("why.pair.size"), SIZES, key=f"{PAGE}.size", on_change=keep)
    return kept["size"]


def measured(source: str, size: int = why_transfer.SIZE) -> None:
    """Over seeds, where this source and size were measured: each seed its own pre-training."""
    names = list(RACE.looks)
    found = {e.name: e for e in races_record.entrants("grown", names, size, source)}
    ahead = races_record.gain("grown", "grown", "tiny_scratch", size, source)
    if not found or ahead is None:
        return
    told = {
        name: f"{entrant.accuracy:.1%} ± {100 * entrant.half_width:.1f}"
        for name, entrant in found.items()
    }
    gain, half_width = (100 * value for value in ahead)
    told |= {"gain": f"{gain:+.1f}", "half_width": f"{half_width:.1f}"}
    seeds, of = found["grown"].seeds, T(f"why.grown.{source}")
    st.markdown(T("why.pair.measured", seeds=seeds, size=size, source=of, **told))
    st.caption(T("why.pair.conditions", command="python -m tlcore races grown"))
