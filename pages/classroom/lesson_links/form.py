"""The form that makes a lesson link: a page with its settings, hidden controls, a question."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui.forms import draft, link
from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T, plain
from pages.ui.lesson import lesson_link, room
from pages.ui.runs import naming
from tlcore.experiments.fine_tune import presets as lab
from tlcore.experiments.races import presets as why_transfer
from tlcore.runs import comparison
from tlcore.runs.presets import Preset
from tlcore.runs.spec import FineTuneSpec
from tlcore.words import i18n

PAGE = "lesson_links"
OWN, ALL = "draft", "any"  # settings as the lab stands; a language for each reader
CALLED = {  # the controls that can be hidden, by the names that they bear on their pages
    "backbone": "field.backbone",
    "data": "field.data",
    "train_size": "field.train_size",
    "epochs": "field.epochs",
    "lr": "field.lr",
    "head_lr": "field.head_lr",
    "more": "lab.more",
    "size": "why.size",
    "seed": "field.seed",
}
DENSE = 400  # characters of an address from which phones need the code large and near


def show() -> None:
    """Choices on the left, the link on the right; below each other on a phone."""
    form, made = st.columns([1.1, 1], gap="large")
    with form:
        page = _choose("page", tuple(lesson_link.CONTROLS), lambda name: T(f"page.{name}"))
        settings = _lab() if page == "fine_tune" else _race()
        names = _hidden(page)
        question = _question()
        languages = (ALL, *i18n.LANGUAGES)
        language = _choose("language", languages, lambda name: T(f"lesson_links.language.{name}"))
    query = settings | lesson_link.query(question, names)
    if language != ALL:
        query["lang"] = language
    with made:
        _link(page, query, question)


def _lab() -> dict[str, Any]:
    """Settings of the lab: as it was left, or of a preset."""
    kept = _kept()
    known = {OWN: draft.spec(), **_presets()}
    st.session_state[f"{PAGE}.settings"] = kept["settings"]
    chosen = st.selectbox(
        T("lesson_links.settings"),
        list(known),
        key=f"{PAGE}.settings",
        format_func=lambda n: (
            T("lesson_links.draft") if n == OWN else naming.title(known[n].model_dump())
        ),
        on_change=_keep,
        args=("settings",),
    )
    spec = known.get(chosen, known[OWN])
    values, usual = spec.model_dump(), spec.usual(spec.backbone)
    told = [
        f"{naming.setting(name)} **{plain(naming.value(values, name))}**"
        for name in comparison.differing([usual, values])
    ]
    st.caption(T("lesson_links.holds", settings=" · ".join(told) or T("lesson_links.usual")))
    if chosen == OWN:
        st.page_link(
            page_file("fine_tune"), label=T("lesson_links.to_lab"), icon=T("icon.fine_tune")
        )
    return spec.unusual()


def _presets() -> dict[str, FineTuneSpec]:
    """The experiments of the lab's lessons, each spec by the name of its preset and its number."""
    every: tuple[Preset, ...] = lab.PRESETS
    return {
        f"{preset.id}.{number}": spec
        for preset in every
        for number, spec in enumerate(preset.specs)
        if isinstance(spec, FineTuneSpec)
    }


def _race() -> dict[str, Any]:
    """Settings of the race."""
    size = _choose("size", why_transfer.SIZES, lambda n: f"{n:,}", T("why.size"))
    epochs = _choose(
        "epochs", why_transfer.LENGTHS, lambda n: T(f"why.epochs.{n}"), T("why.epochs")
    )
    st.session_state[f"{PAGE}.seed"] = _kept()["seed"]
    seed = st.number_input(
        T("field.seed"),
        0,
        why_transfer.MOST_SEED,
        key=f"{PAGE}.seed",
        on_change=_keep,
        args=("seed",),
    )
    return {"size": size, "epochs": epochs, "seed": seed}


def _hidden(page: str) -> list[str]:
    """Which controls of the page the class does not see; in the order of the page."""
    kept = _kept()
    controls = lesson_link.CONTROLS[page]
    key = f"{PAGE}.hidden"
    st.session_state[key] = [name for name in kept["hidden"] if name in controls]
    chosen = st.pills(
        T("lesson_links.hidden"),
        controls,
        selection_mode="multi",
        wrap=True,
        key=key,
        format_func=lambda name: T(called(name)),
        on_change=_keep,
        args=("hidden",),
        help=T("lesson_links.hidden.help"),
    )
    return [name for name in controls if name in chosen]


def called(control: str) -> str:
    """Key of a control's name; some stand for several widgets and have a name of their own."""
    return CALLED.get(control, f"lesson_links.control.{control}")


def _question() -> str:
    st.session_state[f"{PAGE}.question"] = _kept()["question"]
    return st.text_area(
        T("lesson_links.question"),
        key=f"{PAGE}.question",
        max_chars=lesson_link.LONGEST,
        placeholder=T("lesson_links.question.example"),
        on_change=_keep,
        args=("question",),
    )


def _link(page: str, query: dict[str, Any], question: str) -> None:
    """The address for the class, its code, and a way to see what the class will see."""
    address = link.page_address(page, query)
    st.markdown(f"**{T('lesson_links.link')}**")
    st.code(address, language=None, wrap_lines=True)
    if room.for_others() is None:
        room.unreachable()
    else:
        st.html(f'<div class="tl-poster">{room.code(address, "large")}</div>')
        if len(address) > DENSE:
            st.caption(T("lesson_links.dense"))
    if question.strip():
        st.caption(T("lesson_links.asks", question=plain(lesson_link.tidy(question))))
    given = {name: str(value) for name, value in query.items()}
    st.page_link(
        page_file(page),
        label=T("lesson_links.try"),
        icon=":material/visibility:",
        query_params=given,
    )
    st.caption(T("lesson_links.about"))


def _choose(name: str, options: tuple[Any, ...], shown: Any, label: str = "") -> Any:
    st.session_state[f"{PAGE}.{name}"] = _kept()[name]
    return st.segmented_control(
        label or T(f"lesson_links.{name}"),
        options,
        key=f"{PAGE}.{name}",
        format_func=shown,
        on_change=_keep,
        args=(name,),
        required=True,
        wrap=True,  # a phone cut off the third language
    )


def _kept() -> dict[str, Any]:
    """What the form holds; it outlives leaving the page and a new language."""
    found: dict[str, Any] = st.session_state.setdefault(
        f"{PAGE}.kept",
        {
            **{"page": "fine_tune", "settings": OWN, "hidden": [], "question": ""},
            **{"language": ALL, "size": 40, "epochs": 15, "seed": 0},
        },
    )
    return found


def _keep(name: str) -> None:
    _kept()[name] = st.session_state[f"{PAGE}.{name}"]
