"""The real server against readers who forge, flood, drop and send garbage."""

from __future__ import annotations

import asyncio
import http.client
import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from pages.ui.server import streamlit_private, turns, upload_quota
from tests import loops
from tests.bench.classroom.streamlit_client import Answer, Http, Tab, inside
from tests.serving import Server, serving
from tlcore.ground import bounds

MB = 2**20
BOUNDARY = "a-line-no-file-has"


def get(server: Server, path: str) -> Answer:
    async def ask() -> Answer:
        connection = Http(server.url)
        try:
            return await connection.get(path)
        finally:
            connection.close()

    return loops.run(ask())


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


@pytest.mark.parametrize(
    "forged",
    ["0" * 32, "x", "..", "%2e%2e", "%00", "a" * 5000, "';DROP TABLE runs;--", "<script>"],
)
def test_a_forged_run_is_unknown_and_the_answer_is_the_same_for_all(server, forged):
    answer = get(server, f"/api/runs/{forged}?after=0".replace(" ", "%20"))
    assert answer.status in (200, 400, 404)  # 200: Streamlit's start page, of another address
    if answer.status == 404:
        assert json.loads(answer.body) == {"error": "run.unknown"}
    assert str(server.folder).encode() not in answer.body


@pytest.mark.parametrize("after", ["-1", "1e9", "x", "9" * 5000, "%00", "1&after=2", "", "[]"])
def test_a_tampered_cursor_is_no_fault(server, after):
    assert get(server, f"/api/runs/{'0' * 32}?after={after}").status == 404


def test_every_answer_tells_its_time_in_the_application(server):
    for path in ("/", "/api/runs/x", "/_stcore/health"):
        assert 0 <= inside(get(server, path)) < 60


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/lab/fine_tune?run=x&lang=ko", "/fine_tune?run=x&lang=ko"),
        ("/a/b/c", "/c"),
        ("/a/%2f%2fb", "/b"),  # never another host
    ],
)
def test_an_address_that_is_too_deep_leads_to_the_page_it_ends_with(server, address, target):
    answer = get(server, address)
    assert (answer.status, answer.headers["location"]) == (307, target)


OTHERS = [
    "/fine_tune",
    "/static/js/none.js",
    "/api/runs/x/files/y",
    "/a/evil.example",
]


@pytest.mark.parametrize("address", OTHERS)
def test_all_other_addresses_are_as_they_were(server, address):
    assert get(server, address).status in (200, 404)


def garbage(draw: random.Random) -> Iterator[bytes]:
    """Frames that are no message, messages that no page expects, and fields full of nonsense."""
    for size in (0, 1, 7, 300, 100_000):
        yield draw.randbytes(size)
    for kind in ("clear_cache", "set_run_on_save", "stop_script", "load_git_info"):
        message = BackMsg()
        setattr(message, kind, True)
        yield message.SerializeToString()
    for query in ("%", "lang=%ff", "run=" + "a" * 100_000, "lang=en&" * 5000, "train_size=1e999"):
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_script_hash = draw.randbytes(8).hex()
        yield message.SerializeToString()
    message = BackMsg()
    for widget in ("$$ID-0-fine_tune.start", "language", "\0", "a" * 10_000):
        message.rerun_script.widget_states.widgets.add(id=widget, trigger_value=True)
        message.rerun_script.widget_states.widgets.add(id=widget, string_value="<script>")
        message.rerun_script.widget_states.widgets.add(id=widget, json_value="{")
    yield message.SerializeToString()
    message = BackMsg()
    message.file_urls_request.file_names.extend(["../../etc/passwd"] * 1000)
    yield message.SerializeToString()


def test_garbage_on_the_websocket_disturbs_nobody_else(server):
    async def attack() -> None:
        neighbour = Tab(server.url, "home", "lang=en")
        await neighbour.load()
        session, seen = neighbour.session, len(neighbour.payload)
        draw = random.Random(0)
        for frame in garbage(draw):
            attacker = Tab(server.url, "fine_tune", "lang=en")
            await attacker.connect()
            for _ in range(3):
                try:
                    await attacker.send(frame)
                except Exception:  # the server has closed on it, as it should
                    break
            attacker.drop()
        await neighbour.rerun()
        assert neighbour.session == session
        assert len(neighbour.payload) > seen / 2
        newcomer = Tab(server.url, "fine_tune", "lang=en")
        await newcomer.load()
        await newcomer.close()
        await neighbour.close()

    loops.run(attack())
    assert server.process.poll() is None


def test_sockets_that_drop_at_once_come_back_to_their_sessions(server):
    async def fail() -> list[tuple[str, str]]:
        tabs = [Tab(server.url, "home", "lang=en") for _ in range(12)]
        for tab in tabs:
            await tab.load()
        before = [tab.session for tab in tabs]
        for tab in tabs:
            tab.drop()
        await asyncio.gather(*(tab.reconnect() for tab in tabs))
        await asyncio.gather(*(tab.rerun() for tab in tabs))
        after = [tab.session for tab in tabs]
        await asyncio.gather(*(tab.close() for tab in tabs))
        return list(zip(before, after, strict=True))

    pairs = loops.run(fail())
    assert len(set(pairs)) == 12
    assert all(before == after for before, after in pairs)


@pytest.mark.usefixtures("unhurried")
def test_ctrl_c_in_the_first_moment_leaves_no_process(tmp_path):
    with serving(tmp_path):  # at its end: Ctrl-C, and nothing of this data folder may be left
        pass


def test_a_few_page_scripts_run_at_a_time_and_all_of_them_run():
    inside_now, most, done = 0, 0, []
    book = threading.Lock()
    all_in = threading.Barrier(turns.AT_ONCE, timeout=10)

    def script(number: int) -> None:
        nonlocal inside_now, most
        with turns.one():
            with book:
                inside_now += 1
                most = max(most, inside_now)
            all_in.wait()  # as many as may be are in at once; no one more comes in meanwhile
            with book:
                inside_now -= 1
                done.append(number)

    threads = [threading.Thread(target=script, args=(n,)) for n in range(3 * turns.AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, sorted(done)) == (turns.AT_ONCE, list(range(3 * turns.AT_ONCE)))
