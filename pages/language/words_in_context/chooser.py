"""Which word, in which sentences: ready ones to begin with, and the reader's own."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui.frame.speech import T, show
from tlcore import catalog
from tlcore.catalog import stored
from tlcore.data.texts import occurrences
from tlcore.experiments.words import ready as ready_words
from tlcore.experiments.words.spec import WordsSpec
from tlcore.ground.errors import UserError

PAGE = "words_in_context"
OWN = "own"
MOST = occurrences.MOST_SENTENCES * (occurrences.LONGEST + 1)  # characters of the field


def choose() -> WordsSpec | None:
    """What is asked; None after the one sentence that says why it cannot be."""
    kept = _kept()
    _model(kept)
    st.session_state[f"{PAGE}.word"] = kept["word"]
    st.selectbox(
        T("words.word"),
        [*ready_words.words(), OWN],
        key=f"{PAGE}.word",
        format_func=_called,
        on_change=_keep,
        args=("word",),
    )
    if kept["word"] == OWN:
        st.session_state[f"{PAGE}.own"] = kept["own"]
        st.text_input(
            T("words.own"),
            key=f"{PAGE}.own",
            max_chars=occurrences.LONGEST_WORD,
            on_change=_keep,
            args=("own",),
        )
    st.session_state[f"{PAGE}.text"] = _text(kept)
    st.text_area(
        T("words.sentences"),
        key=f"{PAGE}.text",
        height=190,
        max_chars=MOST,
        help=T("words.sentences.help", **_bounds()),
        on_change=_keep_text,
    )
    return _asked(kept)


def models() -> list[str]:
    """Encoders that can be asked on this machine."""
    return [name for name in catalog.texts() if stored.present(name)]


def _model(kept: dict[str, Any]) -> None:
    """A choice only where there is one."""
    known = models()
    if kept["backbone"] not in known:
        kept["backbone"] = known[0]
    if len(known) > 1:
        st.session_state[f"{PAGE}.backbone"] = kept["backbone"]
        st.selectbox(
            T("words.model"),
            known,
            key=f"{PAGE}.backbone",
            format_func=lambda name: T(f"backbone.{name}"),
            help=T("words.model.help"),
            on_change=_keep,
            args=("backbone",),
        )


def _asked(kept: dict[str, Any]) -> WordsSpec | None:
    word = occurrences.composed(kept["own"].strip()) if kept["word"] == OWN else kept["word"]
    sentences = occurrences.lines(_text(kept))
    if kept["word"] == OWN and not (word and sentences):
        st.info(T("words.own.begin"), icon=":material/edit:")
        return None
    try:
        return WordsSpec(backbone=kept["backbone"], word=word, sentences=sentences)
    except UserError as error:
        show(error)
        return None


def _called(word: str) -> str:
    if word == OWN:
        return T("words.option.own")
    korean = ready_words.words().get(word) == ready_words.KOREAN
    return T("words.option.korean", word=word) if korean else word


def _bounds() -> dict[str, int]:
    return {"most": occurrences.MOST_SENTENCES, "longest": occurrences.LONGEST}


def _text(kept: dict[str, Any]) -> str:
    """As the reader left it for this word; else what stands ready."""
    word = kept["word"]
    ready = "" if word == OWN else "\n".join(ready_words.sentences(word))
    return str(kept["texts"].get(word, ready))


def _kept() -> dict[str, Any]:
    """What the reader has chosen and typed, kept when the page is left."""
    found: dict[str, Any] = st.session_state.setdefault(
        f"{PAGE}.kept", {"backbone": "minilm", "word": "bank", "own": "", "texts": {}}
    )
    return found


def _keep(field: str) -> None:
    known = {"word": [*ready_words.words(), OWN], "backbone": models()}
    value = st.session_state[f"{PAGE}.{field}"]
    if value in known.get(field, [value]):  # an option in the other language's words names nothing
        _kept()[field] = value


def _keep_text() -> None:
    kept = _kept()
    kept["texts"][kept["word"]] = st.session_state[f"{PAGE}.text"]
