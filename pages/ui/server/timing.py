"""How long a request was in the application, in the header that a browser's network tab shows.

https://www.w3.org/TR/server-timing/ - outermost, so it counts cookie, compression and the route;
not the time a request waited to be read.
"""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class ServerTiming:
    """Adds `Server-Timing: app;dur=<ms>` to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()

        async def send_timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                spent = f"app;dur={1000 * (time.perf_counter() - began):.1f}".encode()
                message["headers"] = [*message.get("headers", []), (b"server-timing", spent)]
            await send(message)

        await self.app(scope, receive, send_timed if scope["type"] == "http" else send)
