"""What finished runs say of themselves, in sentences, with the rules one click away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import streamlit as st

from pages.ui.frame.speech import T, language
from pages.ui.runs import runs
from tlcore import catalog
from tlcore.ground.errors import UserError
from tlcore.runs.reading import Reading, readings
from tlcore.runs.store.store import Run
from tlcore.words import i18n

KEPT = 256  # runs whose rows need not be read again for another click


def show(run: Run) -> None:
    """The readings of one run that has ended."""
    found, texts = of(run), catalog.reads_texts(run.spec)
    st.markdown(f"**{T('reading.title')}**")
    lines = [f"- {_capital(sentence(r, texts))}" for r in found]
    st.markdown("\n".join(lines) or T("reading.nothing"))
    rules(found, texts)


def beside(entries: Mapping[str, Run]) -> None:
    """The same for several runs, by the names they are shown under; a rule stands once."""
    found = {name: of(run) for name, run in entries.items()}
    lines = []
    for name, its in found.items():
        told = [sentence(reading) for reading in its] or [T("reading.unclear")]
        lines.append(f"- **{name}**: " + " ".join([told[0], *map(_capital, told[1:])]))
    st.markdown("\n".join(lines))
    rules([reading for its in found.values() for reading in its])


def of(run: Run) -> list[Reading]:
    """None while it goes on, and where its rows cannot be read now."""
    if run.result is None:
        return []
    try:
        return list(_of(run.id, run.attempt))
    except UserError:
        return []


@lru_cache(KEPT)
def _of(run_id: str, attempt: int) -> tuple[Reading, ...]:
    rows, _ = runs.store().rows(run_id)
    return tuple(readings(rows))


def sentence(reading: Reading, texts: bool = False) -> str:
    """It begins in lower case: after the name of a run and a colon."""
    return T(_key(f"reading.{reading.key}", texts), **reading.values)


def _key(key: str, texts: bool) -> str:
    """Some are said otherwise of texts than of pictures."""
    other = f"{key}.texts"
    return other if texts and other in i18n.texts(language()) else key


def rules(found: Sequence[Reading], texts: bool = False) -> None:
    """Which numbers were compared, for each reading that stands on the page."""
    with st.expander(T("reading.rules")):
        st.caption(T("reading.rules.about"))
        told = dict.fromkeys(T(_key(f"reading.{r.key}.rule", texts), **r.values) for r in found)
        st.markdown("\n".join(f"- {rule}" for rule in told) or T("reading.rules.none"))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
