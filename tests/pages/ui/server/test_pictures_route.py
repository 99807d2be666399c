"""The way in for pictures, against readers who forge, flood, lie about sizes and hang up."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import socket
import threading
import time

import psutil
import pytest
from starlette.requests import Request

from pages.ui.server import pictures_route, visitors
from tests import hostile, loops
from tests.hostile import photo, saved
from tests.pages.sender import Sender, at_rest
from tlcore.catalog import own
from tlcore.data.own import own_batches, own_edit
from tlcore.experiments.take_in.spec import TakeInSpec
from tlcore.ground import bounds, machine
from tlcore.ground.recipe import Compute
from tlcore.runs import dispatch
from tlcore.runs.spec import resolve
from tlcore.runs.store.store import Store

MB = 2**20
GROWTH = 60 * MB  # of the web process
VISITOR = {"X_Forwarded_For": "203.0.113.9"}  # not at the server: through a proxy
GONE = (404, {"error": "data.gone", "values": {}})


@pytest.fixture
def ada(server):
    sender = Sender(server)
    yield sender
    own_edit.delete(sender.name, sender.user, server.folder)


@pytest.fixture
def bob(server):
    sender = Sender(server)
    yield sender
    own_edit.delete(sender.name, sender.user, server.folder)


def came(sender, batch=None):
    return own_batches.brought(
        own_batches.folder(sender.name, batch or sender.batch, sender.server.folder)
    )


def files_of(sender):
    place = own.folder(sender.name, sender.server.folder)
    return {p for p in place.rglob("*") if p.is_file()} - {place / own.FILE}


def test_a_picture_lies_in_its_delivery_as_it_came(ada):
    body = saved(photo(1))
    assert ada.post(body, label=" Kätzchen\u202e ", called="c:\\x\\<b>.jpg") == (201, {"ok": True})
    (found,) = came(ada)
    assert (found.label, found.name) == ("Kätzchen", "<b>.jpg")
    assert found.path.read_bytes() == body
    assert ada.post(iter([body[:100], body[100:]])) == (201, {"ok": True})
    assert came(ada)[1].path.read_bytes() == body


@pytest.mark.parametrize(
    "cookie", [None, "", "tl_user=", "tl_user=profile", "tl_user=../../etc", "tl_user=" + "a" * 23]
)
def test_who_has_no_cookie_of_ours_brings_nothing(ada, cookie):
    assert ada.post(Cookie=cookie) == (403, {"error": "own.no_cookie", "values": {}})
    assert files_of(ada) == set()


def test_a_set_of_somebody_else_is_answered_like_one_that_is_not_there(ada, bob):
    there = bob.post(name=ada.name)
    assert there == bob.post(name="own-" + secrets.token_hex(16)) == GONE
    assert files_of(ada) == set()


@pytest.mark.parametrize("name", ["own-1", "..", "%2e%2e", "own-" + "A" * 32, "own-x\0", "*"])
def test_a_name_that_is_none_of_ours_is_nowhere(ada, name):
    assert ada.post(name=name)[0] in (400, 404, 405)


@pytest.mark.parametrize("batch", ["..", "../" * 8 + "x", "0" * 31, "0" * 33, "Z" * 32, "\0" * 32])
def test_a_delivery_has_a_name_of_ours(ada, batch):
    assert ada.post(batch=batch) == GONE
    assert files_of(ada) == set()


def test_names_are_words_and_never_paths(ada, server):
    def outside():
        place = own.folder(ada.name, server.folder)
        own_of_the_app = ("store.db", "dispatcher.")  # these come and go while a page lives
        everything = {p for p in server.folder.rglob("*") if "log" not in p.parts}
        return {
            p
            for p in everything
            if place not in p.parents and not p.name.startswith(own_of_the_app)
        }

    before = outside()
    for number, name in enumerate(hostile.BAD_NAMES):
        assert ada.post(b"%d" % number, label=name, called=name)[0] == 201, name
    assert outside() == before
    assert len(came(ada)) == len(hostile.BAD_NAMES)
    assert all(p.parent.name == ada.batch for p in files_of(ada))


@pytest.mark.parametrize(
    ("site", "origin", "status"),
    [
        ("same-origin", None, 201),
        ("cross-site", None, 403),
        ("same-site", None, 403),
        ("none", None, 403),
        (None, None, 403),
        (None, "null", 403),
        (None, "http://evil.example", 403),
        (None, "http://127.0.0.1:1", 403),
        (None, "http://here", 201),
        ("cross-site", "http://here", 403),
    ],
)
def test_a_page_of_another_site_brings_nothing_in_a_readers_name(ada, site, origin, status):
    here = f"127.0.0.1:{ada.server.port}"
    origin = origin and origin.replace("here", here)
    refusal = {"error": "own.other_site", "values": {}}
    at_the_edge = origin and here not in origin  # before anything of ours is asked: without words
    told = {"ok": True} if status == 201 else {} if at_the_edge else refusal
    assert ada.post(Sec_Fetch_Site=site, Origin=origin) == (status, told)


def test_a_file_without_bytes_is_refused(ada):
    assert ada.post(b"") == (400, {"error": "own.empty", "values": {}})
    assert ada.post(iter([])) == (400, {"error": "own.empty", "values": {}})
    assert files_of(ada) == set()


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


def until(true, seconds=20):
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds
        time.sleep(0.02)


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


def test_two_browsers_of_one_reader_at_once_lose_nothing(ada):
    def send(batch, first):
        for number in range(first, first + 15):
            answers.append(ada.post(saved(photo(number)), batch=batch)[0])

    answers, batches = [], [secrets.token_hex(16) for _ in range(2)]
    both = [threading.Thread(target=send, args=(b, 100 * n)) for n, b in enumerate(batches)]
    for browser in both:
        browser.start()
    for browser in both:
        browser.join()
    assert answers == [201] * 30
    assert [len(came(ada, batch)) for batch in batches] == [15, 15]
    for batch in batches:
        assert take_in(ada, batch)["taken"] == {"cat": 15}
    assert len(own.read(ada.name, ada.server.folder).pictures) == 30


def take_in(sender, batch):
    """As the page does it, in the server's own worker; the result."""
    store = Store(sender.server.folder / "store.db")
    asked = TakeInSpec(data=sender.name, batch=batch)
    run_id = store.submit(resolve(asked, Compute(), machine.name()), sender.user).run_id
    dispatch.ensure(sender.server.folder)
    until(lambda: not store.run(run_id).active, 120)
    run = store.run(run_id)
    store.close()
    assert run.status == "finished", run
    return run.result


def test_a_picture_is_seen_by_its_owner_alone(ada, bob):
    ada.post(saved(photo(3)))
    take_in(ada, ada.batch)
    (picture,) = own.read(ada.name, ada.server.folder).pictures
    status, headers, body = ada.get(f"{ada.name}/{picture.file}", Sec_Fetch_Site=None)
    assert (status, headers["content-type"], body[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert headers["x-content-type-options"] == "nosniff"
    assert "private" in headers["cache-control"]
    assert bob.get(f"{ada.name}/{picture.file}")[0] == 404
    assert ada.get(f"{ada.name}/{picture.file}", Cookie=None)[0] == 404
    for file in ("set.json", "..%2fset.json", "incoming", "x" * 5_000, "%00"):
        assert ada.get(f"{ada.name}/{file}")[0] in (400, 404), file


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
