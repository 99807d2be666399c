"""The sentence that the models are asked: ready ones, or the reader's own."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame.speech import T, show
from tlcore.catalog import objective_models
from tlcore.experiments.objectives.ready import READY
from tlcore.experiments.objectives.spec import LONGEST, LONGEST_WORD, ObjectivesSpec, tidy
from tlcore.ground.errors import UserError

PAGE = "objectives"
MOST = 2_000  # characters of the field: what is too long is told, not cut in silence


def choose() -> ObjectivesSpec | None:
    """What is asked; None after the one sentence that says why it cannot be."""
    kept = _kept()
    with st.container(horizontal=True):
        for number, sentence in enumerate(READY):
            key = f"{PAGE}.ready.{number}"
            st.button(sentence, key=key, on_click=_put, args=(sentence,), type="tertiary")
    for name in ("sentence", "word"):
        st.session_state[f"{PAGE}.{name}"] = kept[name]
    st.text_input(
        T("objectives.sentence"),
        key=f"{PAGE}.sentence",
        max_chars=MOST,
        help=T("objectives.sentence.help", most=LONGEST),
        on_change=_keep,
        args=("sentence",),
    )
    st.text_input(
        T("objectives.word"),
        key=f"{PAGE}.word",
        max_chars=LONGEST_WORD,
        help=T("objectives.word.help"),
        on_change=_keep,
        args=("word",),
    )
    try:
        return ObjectivesSpec(
            sentence=tidy(kept["sentence"]),
            word=kept["word"].strip(),
            hub=objective_models.of_hub(),
        )
    except UserError as error:
        show(error)
        return None


def _kept() -> dict[str, str]:
    """Outlives a visit to another page, which forgets the fields."""
    first = ObjectivesSpec()
    found: dict[str, str] = st.session_state.setdefault(
        f"{PAGE}.kept", {"sentence": first.sentence, "word": first.word}
    )
    return found


def _keep(name: str) -> None:
    _kept()[name] = st.session_state[f"{PAGE}.{name}"]


def _put(sentence: str) -> None:
    _kept()["sentence"] = sentence
