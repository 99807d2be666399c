"""A browser that sends pictures to a real server, or somebody who pretends to be one."""

from __future__ import annotations

import http.client
import json
import secrets
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlencode

import psutil

from pages.ui.server import visitors
from tests.serving import Server
from tlcore.data.own import own_edit

ADDRESS = "/api/pictures"
RESTS = 3.0  # seconds; a server imports what its pages use a while after its start
PATIENCE = 60.0


def at_rest(server: Server) -> int:
    """Bytes that the web process holds, once they have stopped growing by themselves."""
    web = psutil.Process(server.process.pid)
    began = since = time.monotonic()
    held = web.memory_info().rss
    while time.monotonic() - since < RESTS:
        assert time.monotonic() - began < PATIENCE, "the web process never comes to rest"
        time.sleep(0.1)
        if abs(web.memory_info().rss - held) > 2**20:
            held, since = web.memory_info().rss, time.monotonic()
    return held


class Sender:
    """`user` with a set of their own; `say` replaces headers, None leaves one out."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.user = secrets.token_urlsafe(16)
        self.name = own_edit.create(self.user, server.folder).id
        self.batch = secrets.token_hex(16)

    def headers(self, **say: str | None) -> dict[str, str]:
        cookie = visitors.signed(self.user, self.server.folder)
        said = {"Cookie": f"{visitors.COOKIE}={cookie}", "Sec-Fetch-Site": "same-origin"} | {
            name.replace("_", "-"): value for name, value in say.items()
        }
        return {name: value for name, value in said.items() if value is not None}

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)

    def post(
        self,
        body: bytes | Iterable[bytes] = b"x",
        *,
        name: str | None = None,
        batch: str | None = None,
        label: str = "cat",
        called: str = "a.jpg",
        **say: str | None,
    ) -> tuple[int, dict[str, Any]]:
        """Status and answer; a body that is no bytes is sent in chunks, without a length."""
        asked = {"batch": batch or self.batch, "class": label, "name": called}
        address = f"{ADDRESS}/{quote(name or self.name)}?{urlencode(asked, errors='replace')}"
        connection = self.connect()
        try:
            chunked = not isinstance(body, bytes)
            connection.request("POST", address, body, self.headers(**say), encode_chunked=chunked)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text[:1] == b"{" else {}
        finally:
            connection.close()

    def get(self, path: str, **say: str | None) -> tuple[int, dict[str, str], bytes]:
        connection = self.connect()
        try:
            connection.request("GET", f"{ADDRESS}/{path}", headers=self.headers(**say))
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()
