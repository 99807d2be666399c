"""Own classes that ImageNet's network has learned long ago: said, and measured without training."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.decide.my_dataset import similarity as similarity_view
from pages.decide.my_dataset.chooser import Choice
from pages.ui.forms import clicks
from pages.ui.frame.speech import T, plain
from pages.ui.runs import told
from tlcore.catalog import stored
from tlcore.experiments.already.spec import AlreadySpec
from tlcore.words import thousand

KEY = "my_dataset.already"
MOST = 60  # names to choose from, of one class
SHOWN = 6  # classes that are named


def show(choice: Choice) -> None:
    """Nothing where fewer than two classes are among the 1,000, or the network is not here."""
    classes = choice.data.classes
    known = [number for number, name in enumerate(classes) if thousand.meaning(name)]
    if len(known) < 2 or not stored.present("imagenet"):
        return
    with st.container(border=True):
        names = ", ".join(plain(classes[number]) for number in known[:SHOWN])
        more = "…" if len(known) > SHOWN else ""
        st.markdown(T("already.found", n=len(known), of=len(classes), names=names + more))
        answer = st.container()  # above what it depends on
        meant = _meant(choice, known)
        with answer:
            if sum(map(bool, meant)) < 2:
                st.caption(T("already.two"))
            else:
                _asked(AlreadySpec(data=choice.data.id, meant=meant), len(meant))


def _meant(choice: Choice, known: list[int]) -> tuple[tuple[int, ...], ...]:
    """What the reader lets stand for each class; one of the 1,000 stands for one of them only."""
    found: list[tuple[int, ...]] = [()] * len(choice.data.classes)
    taken: set[int] = set()
    with st.expander(T("already.names")):
        st.caption(T("already.by_name"))
        # Who has a name to itself first: an African elephant before all elephants.
        for number in sorted(known, key=lambda n: len(thousand.meaning(choice.data.classes[n]))):
            name = choice.data.classes[number]
            usual = [n for n in thousand.meaning(name) if n not in taken][:MOST]
            options = sorted({*usual, *thousand.having(name)[:MOST]} - taken)
            chosen = st.multiselect(
                plain(name),
                options,
                default=usual,
                key=f"{KEY}.{choice.data.id}.{number}",
                format_func=lambda n: T(f"imagenet.{n}"),
            )
            found[number] = tuple(n for n in chosen if n not in taken)
            taken |= set(found[number])
    return tuple(found)


def _asked(spec: AlreadySpec, classes: int) -> None:
    run = similarity_view.found(spec)
    if told.answered(run):
        assert run is not None
        _answer(run.result or {}, classes)
        return
    if run is not None:
        told.state(run, _progress, KEY, T("already.going"))
    if run is None or not run.active:
        st.caption(T("already.about"))
        clicks.go(T("already.ask"), f"{KEY}.ask", told.begin, (spec,), type="secondary")


def _progress(row: dict[str, Any]) -> tuple[float | None, str]:
    done, of = row["done"], row["of"]
    return done / of, T("already.at", done=f"{done:,}", of=f"{of:,}")


def _answer(result: dict[str, Any], classes: int) -> None:
    low, high = result["interval"]
    values = {"right": result["right"], "of": result["of"], "n": len(result["each"])}
    st.success(T("already.result", low=f"{low:.0%}", high=f"{high:.0%}", **values))
    st.caption(T("already.means" if len(result["each"]) == classes else "already.means.part"))
