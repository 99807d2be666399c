"""Files sent to the real server: forged, flooded, too many, too slow."""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from pages.ui.server import streamlit_private, upload_quota
from tests import loops
from tests.bench.classroom.streamlit_client import Tab
from tests.pages.ui.server.server_house import get
from tests.serving import Server
from tlcore.ground import bounds

MB = 2**20
BOUNDARY = "a-line-no-file-has"


class Uploader:
    """A session of its own, and the words a browser needs to send it files."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.loop = loops.Loop()
        self.tab = Tab(server.url, "fine_tune", "lang=en")
        self.loop.run(self.tab.load())
        given = get(server, "/_stcore/health").headers["set-cookie"]
        self.token = given.partition("=")[2].partition(";")[0]

    def close(self) -> None:
        self.loop.run(self.tab.close())
        self.loop.close()

    def send(self, method: str, file: str, size: int = 0, chunked: bool = False) -> int:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\n\r\n'
        body = head.encode() + bytes(size) + f"\r\n--{BOUNDARY}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Cookie": f"_streamlit_xsrf={self.token}",
            "X-Xsrftoken": self.token,
        }
        address = f"/_stcore/upload_file/{self.tab.session}/{file}"
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            parts = (body[at : at + MB] for at in range(0, len(body), MB))
            if method == "PUT" and chunked:
                connection.request(method, address, parts, headers, encode_chunked=True)
            else:
                connection.request(method, address, body if method == "PUT" else None, headers)
            return connection.getresponse().status
        finally:
            connection.close()


@contextmanager
def uploading(server: Server) -> Iterator[Uploader]:
    found = Uploader(server)
    try:
        yield found
    finally:
        found.close()


def test_invented_file_ids_fill_no_memory_and_a_deleted_file_makes_room(server):
    with uploading(server) as flood, uploading(server) as other:
        assert [flood.send("PUT", f"invented{n}", 19 * MB) for n in range(4)] == [204] * 3 + [429]
        assert other.send("PUT", "mine", 19 * MB) == 204
        assert flood.send("DELETE", "invented0") == 204
        assert flood.send("PUT", "again", 19 * MB) == 204


def test_a_flood_that_hides_its_length_is_stopped_on_its_way(server):
    with uploading(server) as flood:
        assert [flood.send("PUT", str(n), 18 * MB, chunked=True) for n in range(3)] == [204] * 3
        assert flood.send("PUT", "more", 18 * MB, chunked=True) == 429
        assert flood.send("PUT", "small", 1000) == 204


def test_a_session_keeps_two_hundred_files_at_most(server):
    with uploading(server) as flood:
        assert {flood.send("PUT", str(n), 10) for n in range(bounds.SESSION_FILES)} == {204}
        assert flood.send("PUT", "one-more", 10) == 429


class Quota:
    """The layer alone, with sessions that hold so many MB; who comes from which address."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **held: int) -> None:
        self.kept = {s: {"f": SimpleNamespace(data=range(mb * MB))} for s, mb in held.items()}
        monkeypatch.setattr(streamlit_private, "uploads", lambda: self.kept)

        async def app(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
            while (await receive()).get("more_body"):
                pass
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        self.layer = upload_quota.UploadQuota(app)

    def put(self, session: str, peer: str, mb: int = 0, receive: Any = None) -> int:
        told: list[int] = []

        async def whole() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            told.append(message.get("status", 0))

        length = (b"content-length", str(mb * MB).encode())
        scope = {"type": "http", "method": "PUT", "path": f"/_stcore/upload_file/{session}/f"}
        scope |= {"client": (peer, 1), "headers": [length]}
        loops.run(self.layer(scope, receive or whole, send))
        return told[0]


def test_one_address_leaves_memory_to_the_others(monkeypatch):
    """Nineteen tabs of one machine with 57 MB each held 1.2 GB before."""
    many = {f"s{n}": 57 for n in range(6)}  # 342 MB of 384
    quota = Quota(monkeypatch, **many)
    assert {quota.put(session, "10.0.0.9") for session in many} == {204}
    assert quota.put("s6", "10.0.0.9", 50) == 429
    assert quota.put("s6", "10.0.0.10", 50) == 204  # the same session from elsewhere
    assert quota.put("other", "10.0.0.11", 59) == 204
    quota.kept |= {f"t{n}": {"f": SimpleNamespace(data=range(57 * MB))} for n in range(3)}
    assert quota.put("more", "10.0.0.12", 20) == 429  # 513 MB of everybody
    for session in many:
        del quota.kept[session]  # as Streamlit does when a session ends
    assert quota.put("s6", "10.0.0.9", 50) == 204
    assert set(quota.layer._whose) <= {"s6"}


@pytest.mark.usefixtures("unhurried")
def test_an_upload_of_a_byte_now_and_then_is_given_up(monkeypatch):
    monkeypatch.setattr(bounds, "IDLE_SECONDS", 0.2)
    asked = []

    async def drip() -> dict[str, Any]:
        asked.append(await asyncio.sleep(0.05))
        return {"type": "http.request", "body": b"x", "more_body": len(asked) < 200}

    assert Quota(monkeypatch).put("s", "10.0.0.9", receive=drip) == 429
    assert len(asked) < 200
