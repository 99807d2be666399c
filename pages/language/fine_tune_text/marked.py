"""A text with spans marked in it: a frame, bold letters, the kind in words; never colour alone."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

Mark = tuple[int, int, str]  # characters of the text, and the words beside them; "" says nothing
STYLE = """<style>
.tl-marked { margin: 0 0 .6rem; line-height: 2; overflow-wrap: anywhere; }
.tl-marked mark { color: inherit; background: none; font-weight: 700; padding: .1rem .25rem;
  border: 2px solid var(--tl-new); border-radius: .3rem; }
.tl-marked small { font-weight: 400; opacity: .85; margin-left: .35rem; }
</style>"""


def show(text: str, marks: Sequence[Mark]) -> None:
    """`marks` in order, none over another.  What the text says is data, never HTML."""
    st.html(f'{STYLE}<p class="tl-marked">{into(text, marks)}</p>')


def into(text: str, marks: Sequence[Mark]) -> str:
    """The text as HTML; its words are English whatever language the page is in."""
    parts, at = [], 0
    for start, end, name in marks:
        parts.append(_plain(text[at:start]))
        label = f"<small>{html.escape(name)}</small>" if name else ""
        parts.append(f"<mark>{_plain(text[start:end])}{label}</mark>")
        at = end
    return "".join([*parts, _plain(text[at:])])


def _plain(text: str) -> str:
    return f'<span lang="en">{html.escape(text)}</span>' if text else ""
