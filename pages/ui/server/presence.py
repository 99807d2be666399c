"""How many other devices have come since the server started: counted in memory, not recorded.

A device is its cookie, or its address where cookies are off; only a keyed hash of it is held, and
the key ends with the process.
"""

from __future__ import annotations

import hashlib
import secrets
import threading

import streamlit as st

from pages.ui.server import host, visitors

MOST = 10_000  # a class is smaller; a flood of made-up cookies ends here
_key = secrets.token_bytes(16)
_seen: set[bytes] = set()
_turn = threading.Lock()


def came() -> None:
    """Count this session's device, unless it is the server itself."""
    if not st.context.headers or host.at_the_server():
        return  # the browser has gone, or sits here
    given = str(st.context.cookies.get(visitors.COOKIE, ""))
    who = visitors.who(given) or st.context.ip_address
    mark = hashlib.blake2b(str(who).encode(), key=_key, digest_size=8).digest()
    with _turn:
        if len(_seen) < MOST:
            _seen.add(mark)


def devices() -> int:
    return len(_seen)
