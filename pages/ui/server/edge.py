"""What is refused or marked before Streamlit sees it: foreign pages, frames, figures of the server.

Streamlit asks an outside host for this machine's address when a page of another origin knocks,
and everybody waits meanwhile; so whose page it is, is decided here.  A page of this server comes
with an Origin that is its Host (or, behind a proxy, the X-Forwarded-Host); no browser lets a
foreign page set either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.ui.server import pace, visitors
from pages.ui.server.streamlit_private import METRICS
from tlcore.ground import bounds

MARKS = (
    (b"content-security-policy", b"frame-ancestors 'self'"),  # no foreign page around ours
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),  # addresses carry runs
)
POLICY_VIOLATION = 1008  # RFC 6455, 7.4.1


class Edge:
    """Answers 403 to what a foreign page sends, 404 to METRICS; marks every other answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._open: Counter[str] = Counter()  # pages, by address
        self._paces = pace.Paces()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and _foreign(scope):
            await receive()  # the connection, which is answered before it is accepted
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        if scope["type"] == "websocket":
            await self._page(scope, receive, send)
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", []))
                known = {name.lower() for name, _ in given}
                marks = [mark for mark in MARKS if mark[0] not in known]
                message = {**message, "headers": [*given, *marks]}
            await send(message)

        if _foreign(scope):
            await PlainTextResponse("of another origin", 403)(scope, receive, marked)
        elif scope["path"].endswith(METRICS):
            await PlainTextResponse("not found", 404)(scope, receive, marked)
        else:
            await self.app(scope, receive, marked)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The socket of a page that is open; an address has room for a class."""
        peer = scope["client"][0] if scope.get("client") else None
        here = visitors.address(peer, Headers(scope=scope))
        receive = pace.paced(receive, self._paces.of(here))
        if here is None:
            await self.app(scope, receive, send)
            return
        if self._open[here] >= bounds.ADDRESS_SOCKETS:
            await receive()
            await send({"type": "websocket.close", "code": pace.TRY_LATER})
            return
        self._open[here] += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._open[here] -= 1
            if not self._open[here]:
                del self._open[here]


def _foreign(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    if not origin or not st.get_option("server.enableCORS"):
        return False  # not a browser's page; or whoever runs the server has opened it to all
    if origin in st.get_option("server.corsAllowedOrigins"):
        return False
    forwarded = headers.get(b"x-forwarded-host", b"").split(b",")
    return not _is_one_of(origin, [headers.get(b"host", b""), *forwarded])


def _is_one_of(origin: str, hosts: Iterable[bytes]) -> bool:
    """Whether host and port are the same; a port that the scheme implies may be left out."""
    try:
        page = urlsplit(origin)
        usual = {"http": 80, "https": 443}.get(page.scheme)
        here = page.hostname, page.port or usual
        for host in hosts:
            own = urlsplit(f"//{host.decode('latin-1').strip()}")
            if own.hostname is not None and (own.hostname, own.port or usual) == here:
                return True
    except ValueError:  # no address at all
        return False
    return False
