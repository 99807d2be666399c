"""Halves of requests, many connections, the same line of the log a million times."""

from __future__ import annotations

import asyncio
import logging
from types import SimpleNamespace

import pytest
from uvicorn import Config, Server

from pages.ui.server import connections, edge, log_repeats, pace, sessions
from tests import loops
from tests.serving import free_port
from tlcore.ground import bounds

pytestmark = pytest.mark.usefixtures("unhurried")


async def _answer(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def guarded():
    """uvicorn's own protocol, guarded, without touching the one that others use."""

    class Guarded(connections.AutoHTTPProtocol):
        pass

    connections.guard(Guarded)
    return Guarded


async def closed(reader):
    """Whether the server ends the connection without a word."""
    try:
        return await reader.read() == b""
    except ConnectionResetError:
        return True


async def _with_server(work):
    port = free_port()
    config = Config(_answer, port=port, http=guarded(), lifespan="off", log_level="critical")
    server = Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        return await work(port)
    finally:
        server.should_exit = True
        await task


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"GET /"])
def test_half_a_request_is_not_waited_for(sent, monkeypatch):
    monkeypatch.setattr(bounds, "HEADER_SECONDS", 0.2)

    async def work(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        async with asyncio.timeout(20):
            assert await closed(reader)
        writer.close()

    loops.run(_with_server(work))


def test_half_a_second_request_is_not_waited_for_and_whole_ones_are_answered(monkeypatch):
    monkeypatch.setattr(bounds, "HEADER_SECONDS", 0.4)

    async def work(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(12):  # a connection that is used stays, for longer than a header may take
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"204" in await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(0.1)
        writer.write(b"GET / HTTP/1.1\r\nHos")
        async with asyncio.timeout(20):
            assert await closed(reader)
        writer.close()

    loops.run(_with_server(work))


def test_one_address_holds_so_many_connections_and_a_class_fits(monkeypatch):
    monkeypatch.setattr(sessions, "open_files", lambda: 8192)
    assert connections.allowed("10.0.0.9") >= bounds.CLASS * 2 * 7
    monkeypatch.setattr(sessions, "open_files", lambda: 1024)
    assert connections.allowed("10.0.0.9") == connections.allowed("127.0.0.1") == 512
    monkeypatch.setattr(connections, "allowed", lambda peer: 3)

    async def work(port):
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        more, _ = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(20):
            assert await closed(more)
        reader, writer = held[0]
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"204" in await reader.readuntil(b"\r\n\r\n")
        for _, each in held:
            each.close()

    loops.run(_with_server(work))


def test_the_open_pages_of_one_address_are_bounded_and_a_class_has_three_tabs_each():
    async def work():
        end, told = asyncio.Event(), []

        async def page(scope, receive, send):
            await end.wait()

        layer = edge.Edge(page)

        async def knock(peer):
            async def receive():
                return {"type": "websocket.connect"}

            async def send(message):
                told.append((peer, message))

            scope = {"type": "websocket", "client": (peer, 1), "headers": []}
            await layer(scope, receive, send)

        first = [asyncio.create_task(knock("10.0.0.9")) for _ in range(bounds.ADDRESS_SOCKETS)]
        await asyncio.sleep(0)
        assert told == []
        await knock("10.0.0.9")
        other = asyncio.create_task(knock("10.0.0.10"))
        await asyncio.sleep(0)
        end.set()
        await asyncio.gather(*first, other)
        assert told == [("10.0.0.9", {"type": "websocket.close", "code": pace.TRY_LATER})]
        assert not layer._open

    loops.run(work())
    assert bounds.ADDRESS_SOCKETS >= bounds.CLASS * 2 * 3


def test_the_same_line_is_counted(monkeypatch):
    clock, kept = [0.0], []
    monkeypatch.setattr(log_repeats, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    logger = logging.Logger("test.repeats")
    logger.addFilter(log_repeats.Repeats())
    handler = logging.Handler()
    handler.emit = lambda record: kept.append(record.getMessage())
    logger.addHandler(handler)
    for _ in range(5_000):
        logger.error("no more files: %s", OSError(24, "Too many"))
    logger.error("another")
    assert kept == ["no more files: [Errno 24] Too many", "another"]
    clock[0] += 61
    logger.error("no more files: %s", OSError(24, "Too many"))
    assert kept[2:] == ["no more files: [Errno 24] Too many (4,999 times more since 61 s)"]


def test_different_lines_do_not_fill_the_memory():
    repeats = log_repeats.Repeats()
    for n in range(3 * log_repeats.MOST):
        record = logging.LogRecord("x", logging.ERROR, "", 0, f"line {n}", None, None)
        assert repeats.filter(record)
    assert len(repeats._seen) == log_repeats.MOST
