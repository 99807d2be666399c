"""Which pictures and which backbone the page looks at; they stay chosen when it is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.decide.my_dataset import own_pictures
from pages.ui.forms import choices
from pages.ui.frame.speech import T
from pages.ui.runs import fetching, naming
from tlcore import catalog
from tlcore.catalog import BackboneRow, DatasetRow, usual
from tlcore.experiments.similarity.spec import SimilaritySpec
from tlcore.experiments.survey.spec import SurveySpec
from tlcore.ground.recipe import Knobs

PAGE = "my_dataset"
SOURCES = ("here", "mine", "download")
FAVOURITES = ("signs", "garments")  # data sets: the first known
LOOKED_AT = (
    1_000  # pictures; a similarity looks at no more (tlcore.experiments.similarity.run.MOST)
)


@dataclass(frozen=True)
class Choice:
    """Data set, backbone, number of training pictures, and the knobs of drawn data."""

    data: DatasetRow
    backbone: BackboneRow
    size: int
    knobs: Knobs

    @property
    def survey(self) -> SurveySpec:
        return SurveySpec(
            backbone=self.backbone.id,
            data=self.data.id,
            train_size=self.size,
            difficulty=self.knobs.difficulty,
            shift=self.knobs.shift,
        )

    def similarity(self, backbone: str) -> SimilaritySpec:
        """Measured on as many pictures as there are, whatever the size: more of them say more, and
        a whole class shares one run."""
        return SimilaritySpec(
            backbone=backbone,
            data=self.data.id,
            train_size=max(len(self.data.classes), min(LOOKED_AT, self.data.train_pool)),
            difficulty=self.knobs.difficulty,
            shift=self.knobs.shift,
        )


def choose(
    before: Callable[[], None] = lambda: None, beside: Callable[[Choice], None] = lambda c: None
) -> Choice | None:
    """The controls; None while there is nothing that can be looked at.

    Beside own pictures stands what is done with them: `beside`, until they can be used `before`.
    """
    _known()
    st.segmented_control(
        T("my_dataset.source"),
        SOURCES,
        key=_widget("source"),
        format_func=lambda source: T(f"my_dataset.source.{source}"),
        on_change=_keep,
        args=("source",),
        required=True,
    )
    source = _kept()["source"]
    if source == "mine":
        return _mine(before, beside)
    left, middle, right = st.columns([1, 1, 1.2])
    with left:
        data = catalog.dataset(_data(source))
    with middle:
        backbone = _backbone(data)
    with right:
        size = _size(data)
    knobs = _knobs(data)
    if not _here(data, backbone):
        return None
    return Choice(data, backbone, size, knobs)


def _mine(before: Callable[[], None], beside: Callable[[Choice], None]) -> Choice | None:
    """Three steps on one screen: the classes, and beside them training and trying."""
    left, right = st.columns([1.2, 1], gap="large")
    with left:
        st.subheader(T("own.step.classes"), anchor=False)
        found = own_pictures.panel()
    with right:
        if found is None:
            before()
            return None
        _kept()["mine"] = found
        st.subheader(T("own.step.train"), anchor=False)
        data = catalog.dataset(found)
        first, second = st.columns(2)
        with first:
            backbone = _backbone(data)
        with second:
            size = _size(data)
        choice = Choice(data, backbone, size, Knobs())
        if fetching.here(backbone.id):
            beside(choice)
    return choice if _here(data, backbone) else None


def _here(data: DatasetRow, backbone: BackboneRow) -> bool:
    """Says what was chosen, and offers what would have to come first."""
    st.caption(" ".join((T(f"backbone.{backbone.id}.about"), naming.data_about(data.id))))
    for name in (data.id, backbone.id):
        fetching.offer(name)
    return fetching.here(data.id) and fetching.here(backbone.id)


def _data(source: str) -> str:
    rows = catalog.datasets().values()
    names = [row.id for row in rows if (row.source == "download") == (source == "download")]
    field = "data" if source == "here" else "download"
    if _kept().get(field) not in names:
        _kept()[field] = next((name for name in FAVOURITES if name in names), names[0])
    st.selectbox(
        T("field.data"),
        names,
        key=_widget(field),
        format_func=choices.option,
        on_change=_keep,
        args=(field,),
        help=T("my_dataset.data.help"),
    )
    return str(_kept()[field])


def _backbone(data: DatasetRow) -> BackboneRow:
    """The reader's choice; until there is one, what such pictures are usually met with."""
    usually = usual.backbone(data.source)
    shown = _kept()["backbone"] or usually
    st.session_state[f"{PAGE}.backbone"] = shown
    st.selectbox(
        T("field.backbone"),
        choices.ordered(catalog.backbones()),
        key=f"{PAGE}.backbone",
        format_func=choices.option,
        on_change=_keep,
        args=("backbone",),
    )
    if shown == usually:
        kind = "photographs" if usual.photographed(data.source) else "samples"
        st.caption(T(f"my_dataset.usual.{kind}"))
    return catalog.backbone(shown)


def _size(data: DatasetRow) -> int:
    """How many training pictures; by default what a similarity looks at."""
    low, high = len(data.classes), min(data.train_pool, choices.limits().samples)
    kept = _kept()
    now = kept["sizes"].get(data.id, min(high, LOOKED_AT))
    kept["size"] = min(max(now, low), high)
    stops = {n for n in (*choices.SIZES, high, kept["size"]) if low <= n <= high}
    if len(stops) > 1:
        st.select_slider(
            T("field.train_size"),
            sorted(stops),
            key=_widget("size"),
            format_func=lambda n: f"{n:,}",
            on_change=_keep_size,
            args=(data.id,),
            help=T("help.train_size", val=data.val, test=data.test),
        )
    return int(kept["size"])


def _keep_size(data: str) -> None:
    _kept()["sizes"][data] = st.session_state[f"{PAGE}.size"]


def _knobs(data: DatasetRow) -> Knobs:
    if not data.knobs:
        return Knobs()
    for field, place in zip(("difficulty", "shift"), st.columns(2), strict=True):
        place.select_slider(
            T(f"field.{field}"),
            choices.TENTHS,
            key=_widget(field),
            format_func=naming.rate,
            on_change=_keep,
            args=(field,),
            help=T(f"help.{field}"),
        )
    return Knobs(_kept()["difficulty"], _kept()["shift"])


def _known() -> None:
    """What was chosen and is there no more is chosen anew."""
    kept = _kept()
    if kept["backbone"] not in catalog.backbones():
        kept["backbone"] = ""
    if kept["source"] not in SOURCES:
        kept["source"] = "here"


def _kept() -> dict[str, Any]:
    at_first = {"source": "here", "backbone": "", "sizes": {}}
    at_first |= {"difficulty": Knobs().difficulty, "shift": Knobs().shift}
    found: dict[str, Any] = st.session_state.setdefault(f"{PAGE}.settings", at_first)
    return found


def _widget(field: str) -> str:
    """Seed a widget with what was chosen; returns its key."""
    st.session_state[f"{PAGE}.{field}"] = _kept()[field]
    return f"{PAGE}.{field}"


def _keep(field: str) -> None:
    value = st.session_state[f"{PAGE}.{field}"]
    if value is not None:
        _kept()[field] = value
