"""The way in for pictures, against readers who flood, lie about sizes, dawdle and hang up."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import socket
import threading

import psutil
import pytest
from starlette.requests import Request

from pages.ui.server import pictures_route, visitors
from tests import loops
from tests.hostile import corpus as hostile
from tests.hostile.pictures import photo, saved
from tests.pages.sender import at_rest
from tests.pages.ui.server.pictures_house import (
    ada_who_sends,  # noqa: F401 (a fixture)
    bob_who_sends,  # noqa: F401 (a fixture)
    came,
    files_of,
    take_in,
    until,
)
from tlcore.catalog import own
from tlcore.data.own import own_batches, own_edit
from tlcore.ground import bounds

MB = 2**20
GROWTH = 60 * MB  # of the web process
VISITOR = {"X_Forwarded_For": "203.0.113.9"}  # not at the server: through a proxy


def lots(size, head=b""):
    """`size` bytes in pieces, nowhere held as a whole."""
    yield head
    for _ in range(size // MB):
        yield bytes(MB)


@pytest.mark.parametrize(("head", "limit"), [(b"\xff\xd8", 20), (b"PK\3\4", 100)])
def test_a_file_that_never_ends_is_stopped_at_its_limit(ada, head, limit):
    try:
        status, told = ada.post(lots((limit + 40) * MB, head), **VISITOR)
        assert (status, told) == (413, {"error": "own.heavy", "values": {"limit": limit}})
    except (BrokenPipeError, ConnectionResetError):
        pass  # it was hung up while still sending: stopped as well
    assert files_of(ada) == set()


def test_a_file_that_says_it_is_too_large_is_not_waited_for(ada):
    with socket.create_connection(("127.0.0.1", ada.server.port), timeout=30) as line:
        head = f"POST /api/pictures/{ada.name}?batch={ada.batch} HTTP/1.1\r\nHost: x\r\n"
        head += "".join(f"{k}: {v}\r\n" for k, v in ada.headers(**VISITOR).items())
        line.sendall(f"{head}Content-Length: {101 * MB}\r\n\r\n".encode() + bytes(2 * MB))
        assert b" 413 " in line.recv(200).splitlines()[0]
    assert files_of(ada) == set()


def test_whoever_hangs_up_half_way_leaves_nothing(ada):
    with socket.create_connection(("127.0.0.1", ada.server.port), timeout=30) as line:
        head = f"POST /api/pictures/{ada.name}?batch={ada.batch} HTTP/1.1\r\nHost: x\r\n"
        head += "".join(f"{k}: {v}\r\n" for k, v in ada.headers().items())
        line.sendall(f"{head}Content-Length: {5 * MB}\r\n\r\n".encode() + bytes(MB))
        until(lambda: files_of(ada))
    until(lambda: not files_of(ada))


def test_who_sends_nothing_for_a_while_is_given_up(folder, monkeypatch):
    """Asked of the route itself: nobody waits 20 s for a test."""
    monkeypatch.setattr(bounds, "IDLE_SECONDS", 0.05)
    user = secrets.token_urlsafe(16)
    name = own_edit.create(user).id
    pieces = [{"type": "http.request", "body": b"some", "more_body": True}]

    async def receive():
        if pieces:
            return pieces.pop()
        await asyncio.sleep(60)

    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/api/pictures/{name}",
        "path_params": {"set": name},
        "query_string": f"batch={'0' * 32}&class=cat&name=a.jpg".encode(),
        "headers": [
            (b"cookie", f"{visitors.COOKIE}={visitors.signed(user)}".encode()),
            (b"sec-fetch-site", b"same-origin"),
        ],
    }
    answer = loops.run(pictures_route.bring(Request(scope, receive)))
    assert (answer.status_code, json.loads(answer.body)["error"]) == (408, "own.slow")
    assert own_batches.waiting(name) == (0, 0)
    assert not list(own.folder(name).rglob("*.part"))


def test_a_byte_now_and_then_holds_no_place(monkeypatch):
    """A visitor who sends each piece just in time, for as long as a file may take."""
    clock = [0.0]
    monkeypatch.setattr(pictures_route.time, "monotonic", lambda: clock[0])
    gate = pictures_route._Gate()
    with gate.passing("a" * 22, "10.0.0.9") as count:
        for _ in range(2):
            clock[0] += 0.9 * bounds.IDLE_SECONDS
            count(bounds.SLOWEST * 19)  # slow, yet fast enough
    with gate.passing("a" * 22, "10.0.0.9") as count:
        clock[0] += 0.9 * bounds.IDLE_SECONDS
        count(1)
        clock[0] += 0.9 * bounds.IDLE_SECONDS
        with pytest.raises(TimeoutError):
            count(1)


def test_one_address_leaves_places_to_the_others_and_has_room_for_a_class():
    gate = pictures_route._Gate()
    with contextlib.ExitStack() as line:
        for visitor in range(bounds.CLASS):
            for _ in range(3):  # a browser sends three at a time
                line.enter_context(gate.passing(f"{visitor:022}", "10.0.0.9"))
        for more in range(bounds.ADDRESS_SENDING - 3 * bounds.CLASS):
            line.enter_context(gate.passing(f"{1000 + more:022}", "10.0.0.9"))
        with pytest.raises(pictures_route._Refused):
            line.enter_context(gate.passing("c" * 22, "10.0.0.9"))
        line.enter_context(gate.passing("b" * 22, "10.0.0.10"))


def test_an_address_brings_a_class_in_an_hour_and_no_more(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(pictures_route.time, "monotonic", lambda: clock[0])
    gate, each = pictures_route._Gate(), bounds.ADDRESS_HOUR // bounds.CLASS
    for visitor in range(bounds.CLASS):
        with gate.passing(f"{visitor:022}", "10.0.0.9") as count:
            count(each)
    with pytest.raises(pictures_route._Refused), gate.passing("c" * 22, "10.0.0.9") as count:
        count(each)
    clock[0] += 3_601
    with gate.passing("c" * 22, "10.0.0.9") as count:
        count(each)


def test_a_flood_from_one_reader_is_told_to_wait_and_others_are_served(ada, bob):
    lines, answers = [], []
    head = f"POST /api/pictures/{ada.name}?batch={ada.batch} HTTP/1.1\r\nHost: x\r\n"
    head += "".join(f"{k}: {v}\r\n" for k, v in ada.headers().items())
    try:
        for _ in range(8):  # each sends a little and then nothing
            line = socket.create_connection(("127.0.0.1", ada.server.port), timeout=30)
            line.sendall(f"{head}Content-Length: 5000\r\n\r\n".encode() + bytes(1000))
            lines.append(line)
        until(lambda: len(files_of(ada)) == 8)
        answers = [ada.post() for _ in range(20)]
        assert bob.post(saved(photo(2)))[0] == 201
    finally:
        for line in lines:
            line.close()
    assert answers == [(429, {"error": "own.busy", "values": {}})] * 20
    until(lambda: ada.post()[0] == 201)  # when those are gone, it is this reader's turn again


def test_a_delivery_has_an_end(ada, server):
    place = own_batches.folder(ada.name, ada.batch, server.folder)
    for number in range(bounds.VISITOR_OWN.delivery):
        arrival = own_batches.Arrival(place, "cat", f"{number}.jpg")
        arrival.write(b"x")
        arrival.finish()
    told = {"error": "own.many", "values": {"limit": bounds.VISITOR_OWN.delivery}}
    assert ada.post(**VISITOR) == (413, told)
    assert ada.post()[0] == 201  # at the server it ends later


@pytest.mark.usefixtures("unhurried")
def test_the_web_process_stays_small_while_everything_hostile_comes(ada):
    """Each file of the corpus, a 100 MB zip and floods of 20 MB, into a server that serves."""
    web = psutil.Process(ada.server.process.pid)
    ada.post()  # what the first upload loads is not growth by uploads
    before, peak, over = at_rest(ada.server), 0, threading.Event()

    def watch():
        nonlocal peak
        while not over.wait(0.01):
            peak = max(peak, web.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for what, name, body in hostile.corpus():
            status, _ = ada.post(body, label="" if name.endswith(".zip") else "x", called=name)
            assert status == (201 if body else 400), what
        heavy = [threading.Thread(target=ada.post, args=(lots(19 * MB),)) for _ in range(5)]
        for sending in heavy:
            sending.start()
        for sending in heavy:
            sending.join()
    finally:
        over.set()
        watcher.join()
    assert len(came(ada)) > 300
    assert peak - before < GROWTH, f"{(peak - before) / MB:.0f} MB"
    result = take_in(ada, ada.batch)
    assert sum(result["taken"].values()) + len(result["refused"]) + result["unlisted"] > 300
    assert web.memory_info().rss - before < GROWTH
