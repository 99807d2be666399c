"""An address that is too deep leads to the page it ends with.

Streamlit answers every unknown address with its own start page, whose scripts are named relative to
the address: below one folder they are not found and the window stays empty.
"""

from __future__ import annotations

import re

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.ui.frame import bundle

PAGE = re.compile(r"[\w-]+")  # what a page may be called: no file, no path
MACHINES = ("api", "vendor", "static", "component", "media", "_stcore")  # nobody types these


class DeepAddresses:
    """`/lab/fine_tune?run=…` leads to `/fine_tune?run=…`; a page nobody knows is Streamlit's to
    tell, which it does at the top level."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        target = _shorter(scope)
        if target is None:
            await self.app(scope, receive, send)
            return
        swallowed = False

        async def unless_start_page(message: Message) -> None:
            nonlocal swallowed
            if message["type"] == "http.response.start" and _is_start_page(message):
                swallowed = True
                await RedirectResponse(target, 307)(scope, receive, send)
            elif not swallowed:
                await send(message)

        await self.app(scope, receive, unless_start_page)


def _shorter(scope: Scope) -> str | None:
    """Where an address with more than one part would lead; None for all others."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return None
    root = bundle.root()
    parts = [part for part in scope["path"].removeprefix(root).split("/") if part]
    if len(parts) < 2 or parts[0] in MACHINES or not PAGE.fullmatch(parts[-1]):
        return None
    query = scope["query_string"].decode("latin-1")
    return f"{root}/{parts[-1]}" + (f"?{query}" if query else "")


def _is_start_page(message: Message) -> bool:
    headers = dict(message["headers"])
    html = headers.get(b"content-type", b"").startswith(b"text/html")
    return message["status"] == 200 and html and b"content-disposition" not in headers
