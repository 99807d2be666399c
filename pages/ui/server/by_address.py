"""How many runs of one address wait: a class has room, one machine does not take the whole line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from pages.ui.server import visitors
from tlcore.ground import bounds
from tlcore.ground.errors import UserError
from tlcore.runs.store.store import Store

_asked: dict[str, list[str]] = {}  # address -> runs that it asked for and that may still wait


def source() -> str | None:
    """The address of this session; None at the server."""
    headers = {name.lower(): value for name, value in st.context.headers.items()}
    return visitors.address(st.context.ip_address, headers) if headers else None


def check(store: Store, more: int) -> None:
    """Raises UserError("queue.address") where `more` runs would be too many of this address."""
    here = source()
    if here is None or here not in _asked:
        return
    _asked[here] = store.waiting(_asked[here])
    if len(_asked[here]) + more > bounds.ADDRESS_WAITING:
        raise UserError("queue.address", allowed=bounds.ADDRESS_WAITING)


def note(runs: Iterable[str]) -> None:
    here = source()
    if here is not None:
        mine: Sequence[str] = _asked.get(here, [])
        _asked[here] = [*mine, *runs]
