"""What a teacher's link asks of a page: a question on top, and controls that are not drawn.

    /fine_tune?epochs=60&hide=lr,head_lr&ask=V2hhdCBpcyB3cm9uZz8

A hidden control keeps its value: the cause that a class is to find stays where the link put it.
Everything in an address is untrusted: names that are none are left out, a question is short, plain
text, and said to come from a link.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import streamlit as st

from pages.ui.frame.speech import T, plain, show
from tlcore.ground.errors import UserError

STYLE = Path(__file__).with_suffix(".css")
HIDE, ASK = "hide", "ask"  # in the address
LONGEST = 160  # characters of a question: with settings, still a code that a phone reads
CONTROLS = {  # the pages that honour a lesson link, and what can be hidden there
    "fine_tune": (
        *("backbone", "data", "train_size", "knobs", "plan"),
        *("epochs", "lr", "head_lr", "more", "cost"),
    ),
    "why_transfer": ("size", "epochs", "seed"),
}
_NUMBER = re.compile(r"[0-9]{1,9}")
_KNOWN = frozenset(name for names in CONTROLS.values() for name in names)


def hides(*names: str) -> bool:
    """Whether the address asks to leave out every one of these controls."""
    return set(names) <= hidden()


def hidden() -> frozenset[str]:
    given = str(st.query_params.get(HIDE, ""))[:500].split(",")
    return frozenset(given) & _KNOWN


def question() -> None:
    """The question of the link, on top of the page; nothing where there is none."""
    if ASK not in st.query_params:
        return
    try:
        told = read(str(st.query_params[ASK]))
    except UserError as error:
        show(error)
        return
    with st.container(border=True, key="lesson-question"):
        st.html(STYLE)
        st.caption(":material/contact_support: " + T("lesson_link.asks"))
        st.markdown(f"**{plain(told)}**")  # no heading: the page's own title comes below


def settings(page: str, allowed: Mapping[str, Collection[int]]) -> dict[str, int]:
    """Whole numbers that the address sets, once per address; others than allowed are left out."""
    given = {name: str(st.query_params[name]) for name in allowed if name in st.query_params}
    if not given or given == st.session_state.get(f"{page}.link"):
        return {}
    st.session_state[f"{page}.link"] = given
    found = {name: int(text) for name, text in given.items() if _NUMBER.fullmatch(text)}
    return {name: number for name, number in found.items() if number in allowed[name]}


def carried() -> dict[str, str]:
    """What stays in the address while the page writes into it what it shows."""
    return {name: str(st.query_params[name]) for name in (HIDE, ASK) if name in st.query_params}


def query(told: str, names: Iterable[str]) -> dict[str, str]:
    """The part of an address that holds a question and hidden controls."""
    found = {HIDE: ",".join(names), ASK: _written(tidy(told))}
    return {name: text for name, text in found.items() if text}


def tidy(text: str) -> str:
    """One line without invisible characters, which could turn its order around."""
    kept = (" " if c.isspace() else c for c in text if c.isspace() or _visible(c))
    return " ".join("".join(kept).split())[:LONGEST]


def read(given: str) -> str:
    """A question as an address carries it: URL-safe base64 of UTF-8, a third of the length of
    percent signs in Korean.  Raises UserError "lesson_link.damaged"."""
    try:
        if len(given) > 8 * LONGEST:
            raise ValueError
        padded = given + "=" * (-len(given) % 4)
        told = tidy(base64.b64decode(padded, altchars=b"-_", validate=True).decode())
    except (ValueError, binascii.Error):
        raise UserError("lesson_link.damaged") from None
    if not told:
        raise UserError("lesson_link.damaged")
    return told


def _written(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _visible(character: str) -> bool:
    return unicodedata.category(character)[0] != "C"
