"""One word in some sentences: what the model could read, its vectors on a map, and by layer."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.language.words_in_context import (
    atlas as words_map,
)
from pages.language.words_in_context import (
    attention as words_attention,
)
from pages.language.words_in_context import (
    lines as words_lines,
)
from pages.ui.frame.speech import T, plain, show_once
from pages.ui.runs import told
from tlcore.experiments.words import reading as word_reading
from tlcore.experiments.words import ready as ready_words
from tlcore.experiments.words.presets import OPENING
from tlcore.experiments.words.spec import WordsSpec

PAGE = "words_in_context"
progress = told.parts("words.at")
BORDERS = (0.5, 0.9)  # cosines between the options of the question
Result = dict[str, Any]


def measured(spec: WordsSpec) -> Result | None:
    """What came of it, asked for if it is not there."""
    run = told.measured(spec, progress, f"{PAGE}.words", tell=show_once)
    return None if run is None else run.result or {}


def show(result: Result) -> None:
    """Sentences, map, lines; with one occurrence there is nothing to compare."""
    for line in notes(result):
        st.markdown(line)
    senses = known(result)
    with st.expander(T("words.read"), expanded=False):
        st.dataframe(
            pd.DataFrame(sentences(result, senses)), hide_index=True, key=f"{PAGE}.sentences"
        )
    if len(result["found"]) < 2:
        st.info(T("words.one"), icon=":material/info:")
        return
    words_map.show(result, senses)
    if len(result["layers"]) > 1:
        words_lines.show(result, senses)
        words_attention.show(result)
    else:
        st.info(T("words.table_only"), icon=":material/info:")


def answer(result: Result) -> int | None:
    """Which option of the question came true; only the first ready sentence decides it."""
    pair = word_reading.together(result)
    if result["backbone"] != OPENING.backbone:
        return None
    if pair is None or result["sentences"][result["found"][pair[0]][0]] != ready_words.BANK[0][0]:
        return None
    last = word_reading.of_pair(result, pair)[-1]
    return sum(last >= border for border in BORDERS)


def known(result: Result) -> list[str | None]:
    """The sense of each occurrence, where it was written down."""
    return [
        ready_words.sense(result["word"], result["sentences"][number], start)
        for number, start, _ in result["found"]
    ]


def notes(result: Result) -> list[str]:
    """What the model could not read, did not find, or left out: a sentence each."""
    read, word = result["read"], plain(result["word"])
    told_ = []
    pieces, unknown, letters = (sum(r[k] for r in read) for k in ("pieces", "unknown", "letters"))
    if letters or unknown:
        key = "letters" if letters else "unknown"
        if letters and result["backbone"] in word_reading.ENGLISH_ONLY:
            key = "korean"
        told_.append(T(f"words.note.{key}", pieces=pieces, unknown=unknown, letters=letters))
    if result["missing"]:
        told_.append(T("words.note.missing", word=word, where=_listed(result["missing"])))
    cut = [number for number, r in enumerate(read) if r["cut"]]
    if cut:
        told_.append(T("words.note.cut", where=_listed(cut)))
    if result["unread"]:
        where = _listed(sorted({number for number, _, _ in result["unread"]}))
        told_.append(T("words.note.unread", word=word, where=where))
    if result["left"]:
        shown = len(result["found"]) + len(result["unread"])
        told_.append(T("words.note.left", n=result["left"], shown=shown))
    return told_


def sentences(result: Result, senses: list[str | None]) -> list[dict[str, Any]]:
    """A row an occurrence, the word in the middle of its sentence marked."""
    rows = []
    names = word_reading.names(result)
    for name, (number, start, end), sense in zip(names, result["found"], senses, strict=True):
        text = result["sentences"][number]
        rows.append(
            {
                T("words.column.number"): name,
                T("words.column.sentence"): f"{text[:start]}▸{text[start:end]}◂{text[end:]}",
                T("words.column.sense"): "–" if sense is None else T(f"sense.{sense}"),
                T("words.column.pieces"): result["read"][number]["pieces"],
                T("words.column.unknown"): result["read"][number]["unknown"],
            }
        )
    return rows


def _listed(numbers: list[int]) -> str:
    return ", ".join(str(number + 1) for number in numbers)
