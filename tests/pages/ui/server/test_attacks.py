"""A running server against one machine that reads slowly, sends halves, and never stops asking."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import urllib.request
from types import SimpleNamespace

import pytest
from websockets.exceptions import ConnectionClosed

from pages.ui.server import pace, visitors
from tests import loops
from tests.bench.classroom.against import Page, at_once
from tests.bench.classroom.streamlit_client import Tab
from tests.pages.sender import at_rest
from tlcore.ground import bounds

pytestmark = pytest.mark.usefixtures("unhurried")

MB = 2**20


def test_who_reads_nothing_of_a_large_answer_holds_a_piece_of_it(server):
    """4.8 MB for each of them before: 600 connections were 2.9 GB."""
    before, lines = at_rest(server), []
    asked = b"GET /vendor/plotly.min.js HTTP/1.1\r\nHost: x\r\n\r\n"
    try:
        for _ in range(40):
            line = socket.socket()
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            line.connect(("127.0.0.1", server.port))
            line.sendall(asked)
            lines.append(line)
        grown = (at_rest(server) - before) / MB
    finally:
        for line in lines:
            line.close()
    assert grown < 60, f"{grown:.0f} MB"


def test_a_message_that_is_larger_than_any_page_sends_is_not_waited_for(server):
    """Ten halves of 190 MB held 2 GB before; larger ones than this Streamlit refuses when whole."""
    head = bytes([0x82, 0x80 | 127]) + struct.pack(">Q", 100 * MB) + bytes(4)

    async def attack() -> int | None:
        tab = Tab(server.url, "home", "lang=en")
        await tab.connect()
        assert tab.socket is not None
        tab.socket.transport.write(head + bytes(MB))
        try:
            async with asyncio.timeout(20):
                while True:
                    await tab.socket.recv()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None
        finally:
            tab.drop()

    assert loops.run(attack()) == 1009  # too large: RFC 6455, 7.4.1


def test_a_class_of_forty_behind_one_address_has_its_pages_and_an_id_each(server):
    """All come at once, behind a proxy that names the school's router."""
    says, ids, drawn = {"X-Forwarded-For": "10.0.0.77"}, [], []

    def come(_: int) -> None:
        asked = urllib.request.Request(f"{server.url}/", headers=says)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            cookies = [v for k, v in answer.getheaders() if k.lower() == "set-cookie"]
        [given] = [v.split(";")[0] for v in cookies if v.startswith(visitors.COOKIE)]
        page = Page(server, "fine_tune", Cookie=given, X_Forwarded_For="10.0.0.77")
        drawn.append(page.draw())
        page.draw()
        ids.append(given)
        page.close()

    at_once(come, bounds.CLASS, wait=120)
    assert len(drawn) == len(set(ids)) == bounds.CLASS


def test_values_that_no_widget_has_are_counted_in_the_log_and_not_written_each_time(server):
    """Each of them was a traceback of ten kilobytes."""

    def written() -> int:
        logs = [log for log in (server.log, server.folder / "log" / "web.log") if log.exists()]
        return sum(file.stat().st_size for file in logs)

    page = Page(server, "fine_tune")
    page.draw()
    widgets = set(re.findall(rb"\$\$ID-[0-9a-f]+-fine_tune\.[a-z_]+", page.payload))
    page.close()
    assert len(widgets) > 10
    before = written()
    for _ in range(12):
        page = Page(server, "fine_tune")

        def forge(states):
            for name in widgets:
                states.add(id=name.decode(), json_value="{")

        page.draw(forge)
        page.close()
    assert 0 < written() - before < 30_000


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass when somebody sleeps, or says so."""
    now = [100.0]

    async def sleep(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(pace, "asyncio", SimpleNamespace(sleep=sleep))
    return now


def handled(clock, each: float, apart: float, seconds: float) -> tuple[int, bool]:
    """Messages of one page that Streamlit handles, `each` seconds of the loop, when they come so
    far `apart`; and whether the page is open after all."""
    own, _ = pace.Paces().of("10.0.0.9")

    async def receive():
        clock[0] += apart
        return {"type": "websocket.receive", "bytes": b"x"}

    async def page() -> tuple[int, bool]:
        taken, n, end = pace.paced(receive, [own]), 0, clock[0] + seconds
        while clock[0] < end:
            if (await taken())["type"] == "websocket.disconnect":
                return n, False
            clock[0] += each
            n += 1
        return n, True

    return loops.run(page())


def test_a_page_that_never_stops_asking_is_closed_after_its_burst_and_its_patience(clock):
    """Twenty of them kept everybody out for a minute after they had stopped."""
    began = clock[0]
    messages, is_open = handled(clock, each=0.05, apart=0.0, seconds=60)
    assert not is_open
    longest = bounds.SOCKET_LOOP_BURST + bounds.SOCKET_LOOP * (bounds.SOCKET_PATIENCE + 2)
    assert messages * 0.05 <= longest
    assert clock[0] - began < 6


def test_a_page_that_looks_three_times_a_second_stays_open(clock):
    messages, is_open = handled(clock, each=0.05, apart=0.3, seconds=600)
    assert is_open
    assert messages > 1_700


def test_a_pace_is_a_burst_and_then_a_share():
    found = pace.Pace(share=0.2, burst=0.5)
    for n in range(11):  # 0.5 s of the loop in no time at all
        assert found.delay(100.0) == 0, n
        found.charge(0.05, 100.0)
    assert round(found.delay(100.0), 6) == 0.25
    assert found.delay(100.25) == 0
    assert found.delay(1_000.0) == 0


def test_pages_that_wait_for_something_and_a_class_that_reloads_are_not_slowed():
    """A look three times a second, 50 ms each: as dear as it gets while scripts run."""
    (own, _), now = pace.Paces().of("10.0.0.9"), 0.0
    for _ in range(200):
        now += 0.3
        assert own.delay(now) == 0
        own.charge(0.05, now)
    paces = pace.Paces()
    for _ in range(2 * bounds.CLASS):
        own, theirs = paces.of("10.0.0.9")
        assert max(own.delay(0), theirs.delay(0)) == 0
        own.charge(0.05, 0)
        theirs.charge(0.05, 0)
    assert paces.of("10.0.0.10")[1].delay(0) == 0


def test_many_addresses_fill_no_memory(monkeypatch):
    monkeypatch.setattr(pace, "MOST_ADDRESSES", 5)
    paces = pace.Paces()
    for n in range(20):
        paces.of(f"10.0.0.{n}")
    assert list(paces._addresses) == [f"10.0.0.{n}" for n in range(15, 20)]
