"""Whoever sits at the server: the one who may stop, clear and raise limits, without a password.

The connection comes from this machine itself, and nothing stands between that hides where it
really comes from.  A tunnel to this machine (ssh -L) counts as sitting at it, on purpose.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import psutil
import streamlit as st

PROXIES = ("X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Real-Ip", "Via")
LOOK_AGAIN = 30.0  # seconds; a laptop changes its network while the server runs
_own: tuple[float, frozenset[str]] = (-LOOK_AGAIN, frozenset())


def own_addresses() -> frozenset[str]:
    """Addresses of this machine's network cards."""
    global _own
    now = time.monotonic()
    if now - _own[0] > LOOK_AGAIN:
        kinds = (socket.AF_INET, socket.AF_INET6)
        cards = psutil.net_if_addrs().values()
        found = {a.address.split("%")[0] for card in cards for a in card if a.family in kinds}
        _own = (now, frozenset(found))
    return _own[1]


def at_the_server() -> bool:
    """True where this session's browser runs on this machine."""
    # Streamlit says None for loopback
    return sits_here(st.context.headers, st.context.ip_address)


def sits_here(headers: Mapping[str, str], peer: str | None) -> bool:
    """Whether a request was made on this machine.  `headers` do not mind capitals."""
    if not headers or any(name in headers for name in PROXIES):
        return False  # no headers: nobody is connected, so nobody is known to sit here
    # The page's own address must be this machine's too: a proxy that adds no header, or a
    # foreign name made to point here, has another one.
    page = (
        urlsplit(headers.get("Origin", "")).hostname
        or urlsplit("//" + headers.get("Host", "")).hostname
    )
    return (peer is None or is_own(peer)) and is_own(page or "")


def is_own(name: str) -> bool:
    """An address of this machine, or a name it calls itself by."""
    try:
        address = ipaddress.ip_address(name.split("%")[0])
    except ValueError:
        mine = socket.gethostname().lower()
        return name.lower() in ("localhost", mine, f"{mine}.local")
    plain = getattr(address, "ipv4_mapped", None) or address
    return plain.is_loopback or str(plain) in own_addresses()
