"""What the lab trains: the backbone, the data set, how many of its pictures."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from pages.lab.fine_tune import recipe as tune_recipe
from pages.lab.fine_tune import side as tune_side
from pages.ui.forms import draft
from pages.ui.forms.choices import SIZES, TENTHS, limits, option, ordered, steps
from pages.ui.frame.speech import T
from pages.ui.frame.speech import show as show_error
from pages.ui.lesson import lesson_link
from pages.ui.runs import fetching, naming, runs
from pages.ui.runs.naming import rate
from pages.ui.server.streamlit_private import Place
from tlcore import catalog
from tlcore.catalog import own
from tlcore.ground.errors import UserError
from tlcore.runs.spec import FineTuneSpec


def show() -> None:
    """Backbone, data set and number of training pictures."""
    _there()
    draft.fit()
    left, middle, right = st.columns([1, 1, 1.4])
    grown = draft.values()["backbone"]  # a link, or a race, may carry one that a reader has grown
    _row(left, "backbone", ordered(dict.fromkeys((*catalog.backbones(), grown))))
    mine = [found.id for found in own.of(runs.user()) if found.usable]
    shown = draft.values()["data"]  # a link may carry another reader's
    _row(middle, "data", ordered(dict.fromkeys((*catalog.datasets(), *mine, shown))))
    data = catalog.dataset(shown)
    low, high = len(data.classes), min(data.train_pool, limits().samples)
    stops = tuple(n for n in (*SIZES, high) if low <= n <= high)
    if not lesson_link.hides("train_size"):
        right.select_slider(
            T("field.train_size"),
            steps(stops, "train_size"),
            key=draft.widget("train_size"),
            format_func=lambda n: f"{n:,}",
            on_change=draft.keep,
            args=("train_size",),
            help=T("help.train_size", val=data.val, test=data.test),
        )
    if data.knobs and not lesson_link.hides("knobs"):
        difficulty, shift = st.columns(2)
        with difficulty:
            tune_recipe.slider("difficulty", TENTHS, rate)
        with shift:
            tune_recipe.slider("shift", TENTHS, rate)
    row = catalog.backbone(draft.values()["backbone"])
    if not lesson_link.hides("side"):
        tune_side.show(row, data)
    about = {"backbone": T(f"backbone.{row.id}.about"), "data": naming.data_about(data.id)}
    st.caption(" ".join(told for name, told in about.items() if not lesson_link.hides(name)))
    for name in (row.id, data.id):
        fetching.offer(name)


def _there() -> None:
    """Own pictures that were deleted, or lack some now, cannot stay chosen."""
    try:
        catalog.dataset(draft.values()["data"])
    except UserError as error:
        show_error(error)
        draft.put({"data": FineTuneSpec().data})


def _row(place: Place, field: str, rows: Iterable[str]) -> None:
    """Choose one row of the catalogue."""
    if lesson_link.hides(field):
        return
    known = list(rows)
    place.selectbox(
        T(f"field.{field}"),
        known,
        key=draft.widget(field),
        format_func=option,
        on_change=_changed,
        args=(field, known),
    )


def _changed(field: str, known: list[str]) -> None:
    """An option that was called otherwise when it was clicked (it has been downloaded since) comes
    as its old words: it names nothing, and nothing changes."""
    if st.session_state[draft.key(field)] in known:
        draft.keep(field)
        draft.fit()
