"""Connections before their request is whole: how many an address holds, how long a header takes,
how large a message of a page may become before Streamlit sees it.

uvicorn bounds none of them: a thousand halves of a request kept everybody else out, ten halves of
a message held 2 GB.  Connections from this machine itself may be a proxy's, so their number is
bounded by the open files alone.
"""

from __future__ import annotations

import asyncio
import ipaddress
from typing import Any

import streamlit as st
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from pages.ui.server import sessions
from tlcore.ground import bounds


def guard(protocol: Any = AutoHTTPProtocol) -> None:
    """Before the server starts."""
    made = protocol.connection_made

    def connection_made(self: Any, transport: asyncio.Transport) -> None:
        made(self, transport)
        # It would keep as much of a message as Streamlit may send, 200 MB; a larger one than this
        # Streamlit refuses as soon as it is whole.
        self.config.ws_max_size = st.get_option("server.maxWidgetStateSize") * 10**6
        here = _peer(transport)
        if sum(_peer(other.transport) == here for other in self.connections) > allowed(here):
            transport.abort()
        else:
            _look_later(self, None)

    protocol.connection_made = connection_made


def allowed(peer: str) -> int:
    """Connections of one address; together they leave half of the open files to the others."""
    half = sessions.open_files() // 2
    try:
        local = ipaddress.ip_address(peer.split("%")[0]).is_loopback
    except ValueError:
        local = False
    return half if local else min(bounds.ADDRESS_CONNECTIONS, half)


def _peer(transport: asyncio.Transport) -> str:
    found = transport.get_extra_info("peername")
    return str(found[0]) if found else ""


def _look_later(connection: Any, before: Any) -> None:
    loop = asyncio.get_running_loop()
    loop.call_later(bounds.HEADER_SECONDS, _look, connection, before)


def _look(connection: Any, before: Any) -> None:
    """Close it where the same request has been wanted for as long as a header may take.  Between
    two requests uvicorn closes by itself what is silent."""
    transport = connection.transport
    if transport.is_closing() or transport.get_protocol() is not connection:
        return  # gone, or a socket now
    cycle = connection.cycle
    waiting = cycle is None or cycle.response_complete
    if waiting and cycle is before:
        transport.abort()
    else:
        _look_later(connection, cycle if waiting else _BUSY)


_BUSY = object()  # a request was being answered
