"""How much a session, an address, and all together may have uploaded and not yet given back.

Streamlit bounds one file (server.maxUploadSize) and takes any file id: whoever invents ids could
fill the server's memory.  What is held is read from Streamlit's own list, so it goes down when a
file is deleted or a session ends; what is on its way is counted here.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import Counter

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.ui.server import streamlit_private, visitors
from tlcore.ground import bounds

PATIENCE = 5.0  # seconds for the rest of what is refused
UPLOAD = re.compile(rf"{streamlit_private.UPLOAD}/([^/]+)/[^/]+$")


class TooMuch(Exception):
    """More came than may be held."""


class UploadQuota:
    """Answers 429 to an upload that would go beyond a bound, before or while it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._coming: Counter[str] = Counter()  # bytes on their way, by session
        self._files: Counter[str] = Counter()
        self._whose: dict[str, str] = {}  # session: the address that sent it files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = UPLOAD.search(scope["path"]) if scope["type"] == "http" else None
        if found is None or scope["method"] != "PUT":
            await self.app(scope, receive, send)
            return
        session, seen, begun = found[1], 0, False
        began = asyncio.get_running_loop().time()
        peer = scope["client"][0] if scope.get("client") else None
        if here := visitors.address(peer, Headers(scope=scope)):
            self._whose[session] = here

        async def counted() -> Message:
            nonlocal seen
            since = asyncio.get_running_loop().time() - began
            if since > bounds.IDLE_SECONDS and seen < since * bounds.SLOWEST:
                raise TimeoutError
            left = min(bounds.IDLE_SECONDS, bounds.LONGEST_SECONDS - since)
            async with asyncio.timeout(max(0.0, left)):
                message = await receive()
            size = len(message.get("body", b""))
            seen += size
            self._coming[session] += size  # as it comes: a length that is only said holds nothing
            self._check(session)
            return message

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        self._files[session] += 1
        try:
            self._check(session, _length(scope))
            await self.app(scope, counted, noted)
        except (TooMuch, TimeoutError):
            if begun:
                raise
            await _drained(receive)
            told = "Too many uploads at a time. Remove some files or wait a moment.\n"
            await PlainTextResponse(told, 429, headers={"Connection": "close"})(
                scope, receive, send
            )
        finally:
            for counter, amount in ((self._coming, seen), (self._files, 1)):
                counter[session] -= amount
                if counter[session] <= 0:
                    del counter[session]  # or invented sessions would fill the counter

    def _check(self, session: str, announced: int = 0) -> None:
        kept = streamlit_private.uploads()
        self._whose = {s: a for s, a in self._whose.items() if s in kept or s in self._files}
        bytes_of = self._coming.copy()
        for name, files in kept.items():
            bytes_of[name] += sum(len(file.data) for file in files.values())
        here = self._whose.get(session)
        address = sum(bytes_of[s] for s, a in self._whose.items() if a == here)
        if (
            bytes_of[session] + announced > bounds.SESSION_UPLOADS
            or len(kept.get(session, {})) + self._files[session] > bounds.SESSION_FILES
            or (here is not None and address + announced > bounds.ADDRESS_UPLOADS)
            or bytes_of.total() + announced > bounds.ALL_UPLOADS
        ):
            raise TooMuch


async def _drained(receive: Receive) -> None:
    """Let the rest pass by, kept nowhere: a browser that is still sending would not hear us."""
    passed = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while passed < bounds.SESSION_UPLOADS:
                message = await receive()
                passed += len(message.get("body", b""))
                if not message.get("more_body"):
                    return


def _length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0
