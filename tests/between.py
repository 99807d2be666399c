"""A proxy between a browser and a server: it adds one header line, as a real one does.

Chromium leaves headers that a test sets out of the handshake of a WebSocket, which is what counts.
"""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import threading
from collections.abc import Iterator

from tests.serving import Server

MOST = 65_536  # bytes passed on at once


@contextlib.contextmanager
def between(server: Server, header: str) -> Iterator[Server]:
    """The same server at another address; each connection's first request gets `header`."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=_open, args=(door, server.port, header), daemon=True).start()
        yield dataclasses.replace(server, url=f"http://127.0.0.1:{door.getsockname()[1]}")
        # A thread that waits in accept keeps the port: one last caller lets it see the end.
        with contextlib.suppress(OSError):
            door.shutdown(socket.SHUT_RDWR)


def _open(door: socket.socket, port: int, header: str) -> None:
    while True:
        try:
            caller, _ = door.accept()
            server = socket.create_connection(("127.0.0.1", port))
        except OSError:
            return
        for some, other, added in (
            (caller, server, f"{header}\r\n".encode()),
            (server, caller, b""),
        ):
            threading.Thread(target=_pass_on, args=(some, other, added), daemon=True).start()


def _pass_on(some: socket.socket, other: socket.socket, added: bytes) -> None:
    """Until one side ends; `added` behind the first line."""
    with contextlib.suppress(OSError):
        while told := some.recv(MOST):
            if added:
                line, end, rest = told.partition(b"\r\n")
                told, added = line + end + added + rest, b""
            other.sendall(told)
    for end_ in (some, other):
        with contextlib.suppress(OSError):
            end_.shutdown(socket.SHUT_RDWR)
