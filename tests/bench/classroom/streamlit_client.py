"""A browser tab without a browser: cookie, page, websocket, protobuf, polls; hundreds in a process.

It does what Streamlit's frontend does, in its order: the page's HTML, the websocket, one
`rerun_script`; after a drop `/_stcore/health`, `/_stcore/host-config` and the websocket again with
the id of the lost session as third subprotocol.  Scripts, styles and pictures are left out: a
browser has them in its cache, and they pass no code of ours.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

POLL = 0.3  # seconds between an answer and the next question: POLL in feed.js
PATIENCE = 60.0
NO_TOKEN = "PLACEHOLDER_AUTH_TOKEN"  # what the frontend sends where there is no XSRF cookie


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Http:
    """One kept-alive connection; a connection that is gone is made again once."""

    def __init__(self, server: str) -> None:
        address = urlsplit(server)
        self.host, self.port = str(address.hostname), int(address.port or 80)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str, cookie: str = "") -> Answer:
        for again in (self._streams is not None, False):
            try:
                return await asyncio.wait_for(self._get(path, cookie), PATIENCE)
            except (OSError, EOFError):
                self.close()
                if not again:
                    raise
        raise AssertionError("unreachable")

    def close(self) -> None:
        if self._streams:
            self._streams[1].transport.abort()
        self._streams = None

    async def _get(self, path: str, cookie: str) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self.host, self.port, limit=2**20)
        reader, writer = self._streams
        lines = [f"GET {path} HTTP/1.1", f"Host: {self.host}:{self.port}", "Accept-Encoding: gzip"]
        lines += [f"Cookie: {cookie}"] if cookie else []
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {k.lower(): v.strip() for k, _, v in (x.partition(":") for x in head[1:]) if k}
        body = await self._body(reader, headers)
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        return Answer(int(head[0].split()[1]), headers, body)

    async def _body(self, reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") != "chunked":
            return await reader.readexactly(int(headers.get("content-length", 0)))
        parts = []
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            parts.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readexactly(2)
        return b"".join(parts)


@dataclass
class Polled:
    """What one tab's charts were told."""

    answers: list[tuple[float, float, float]] = field(default_factory=list)
    """Of each answer: when it was asked for, seconds in the application, seconds until it came."""
    rows: int = 0
    status: str = ""
    errors: list[str] = field(default_factory=list)


class Tab:
    """One tab of one reader, on one page."""

    def __init__(self, server: str, page: str, query: str, cookie: str = "") -> None:
        self.server, self.page, self.query, self.cookie = server, page, query, cookie
        self.http = Http(server)
        self.session = ""
        self.socket: ClientConnection | None = None
        self.payload = b""  # the bytes of the last script run
        self.cursor = 0  # rows that the charts have

    async def load(self) -> float:
        """Open the page; seconds from the request to the end of its script run."""
        began = time.perf_counter()
        answer = await self.http.get(f"/{self.page}?{self.query}", self.cookie)
        if answer.status != 200:
            raise ConnectionError(f"/{self.page} answered {answer.status}")
        given = answer.headers.get("set-cookie", "").partition(";")[0]
        self.cookie = self.cookie or given
        await self.connect()
        await self.rerun()
        return time.perf_counter() - began

    async def reconnect(self) -> float:
        """As the frontend after a drop; seconds until the socket is open."""
        began = time.perf_counter()
        await self.http.get("/_stcore/health")
        await self.http.get("/_stcore/host-config")
        await self.connect()
        return time.perf_counter() - began

    async def connect(self) -> None:
        words = ["streamlit", NO_TOKEN, *([self.session] if self.session else [])]
        self.socket = await connect(
            f"{self.server.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=[Subprotocol(word) for word in words],
            additional_headers={"Cookie": self.cookie} if self.cookie else None,
            max_size=None,
            ping_interval=None,
            open_timeout=PATIENCE,
        )

    async def rerun(self, click: str = "") -> float:
        """One script run, with a click on the button of that key; seconds until it has finished."""
        began = time.perf_counter()
        asked = BackMsg()
        asked.rerun_script.page_name = self.page
        asked.rerun_script.query_string = self.query
        if click:
            button = re.search(rb"\$\$ID-[0-9a-f]+-" + re.escape(click.encode()), self.payload)
            if button is None:
                raise LookupError(f"no button {click} on this page")
            asked.rerun_script.widget_states.widgets.add(id=button[0].decode(), trigger_value=True)
        await self.send(asked.SerializeToString())
        await asyncio.wait_for(self._finished(), PATIENCE)
        return time.perf_counter() - began

    async def send(self, data: bytes) -> None:
        assert self.socket is not None
        await self.socket.send(data)

    async def _finished(self) -> None:
        assert self.socket is not None
        parts: list[bytes] = []
        while True:
            data = await self.socket.recv(decode=False)
            parts.append(data)
            told = ForwardMsg.FromString(data)
            kind = told.WhichOneof("type")
            if kind == "new_session":
                self.session = told.new_session.initialize.session_id or self.session
            if kind == "script_finished":
                if told.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    self.payload = b"".join(parts)
                    return
                if told.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                    raise RuntimeError("the page's script does not compile")

    def shown(self) -> set[str]:
        """The runs that the last script run told the charts to draw."""
        return {found.decode() for found in re.findall(rb'"id": ?"([0-9a-f]{32})"', self.payload)}

    def shows(self, run_id: str) -> bool:
        return run_id in self.shown()

    @property
    def user(self) -> str:
        return self.cookie.partition("=")[2]

    def drop(self) -> None:
        """The network is gone: no closing frame, no FIN."""
        if self.socket is not None:
            self.socket.transport.abort()
        self.http.close()

    async def close(self) -> None:
        if self.socket is not None:
            with contextlib.suppress(Exception):
                await self.socket.close()
        self.http.close()

    async def ask(self, run_id: str) -> Answer:
        """The rows that the charts do not have yet."""
        return await self.http.get(f"/api/runs/{run_id}?after={self.cursor}", self.cookie)

    async def poll(self, run_id: str, until: float, told: Polled) -> None:
        """What the charts' feed does, until a moment of the clock."""
        while time.perf_counter() < until:
            began = time.perf_counter()
            try:
                answer = await self.ask(run_id)
            except (OSError, EOFError, TimeoutError) as error:
                told.errors.append(repr(error))
                await asyncio.sleep(0.5)
                continue
            took = time.perf_counter() - began
            if answer.status != 200:
                told.errors.append(f"status {answer.status}")
            else:
                told.answers.append((began, inside(answer), took))
                found: dict[str, Any] = json.loads(answer.body)
                told.rows += len(found["rows"])
                told.status, self.cursor = found["status"], found["next"]
                if found["more"]:
                    continue
            await asyncio.sleep(POLL)


def inside(answer: Answer) -> float:
    """Seconds in the application, from its Server-Timing header."""
    return float(answer.headers["server-timing"].partition("dur=")[2].partition(",")[0]) / 1000
