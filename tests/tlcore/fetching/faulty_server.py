"""A server on this machine that fails in one way at a time: /<case>/<visit>/<file>.

`visits[visit]` lists the requests' Range headers, one an attempt.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tlcore.fetching import http_answer

CONTENT = bytes(range(256)) * 1200  # 307,200 bytes
OTHER = CONTENT[::-1]
DIGEST = hashlib.sha256(CONTENT).hexdigest()
PIECE = 120_000  # what comes before a break: more than LEAST_BYTES
PATIENCE = 0.4  # seconds; five in the app


class Faulty(BaseHTTPRequestHandler):
    ended = threading.Event()
    visits: dict[str, list[str | None]] = defaultdict(list)
    files: dict[str, bytes] = {}  # "/name" -> what lies there, for the case "files"

    def do_GET(self) -> None:
        _, case, visit, name = self.path.split("/", 3)
        self.name, self.first = name, not self.visits[visit]
        self.visits[visit].append(self.headers["Range"])
        getattr(self, case)()

    def answer(
        self, content: bytes, code: int = 200, length: int | None = None, **headers: str
    ) -> None:
        """The whole of `content` is promised unless `length` is; -1 promises nothing."""
        self.send_response(code)
        if length != -1:
            self.send_header("Content-Length", str(len(content) if length is None else length))
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def part(self, content: bytes, most: int | None = None, **headers: str) -> None:
        """206 behind the byte that was asked for; the connection breaks after `most` bytes."""
        begin = int(re.findall(r"bytes=(\d+)-", self.headers["Range"])[0])
        headers["Content_Range"] = f"bytes {begin}-{len(content) - 1}/{len(content)}"
        rest = content[begin:]
        self.answer(rest[:most], 206, len(rest), **headers)

    def good(self) -> None:
        self.answer(CONTENT)

    def lies(self) -> None:
        self.answer(self.files[self.name])

    def busy(self) -> None:
        self.send_error(503)

    def busy_once(self) -> None:
        self.busy() if self.first else self.good()

    def missing(self) -> None:
        self.send_error(404)

    def forbidden(self) -> None:
        self.send_error(403)

    def silent(self) -> None:
        self.ended.wait(10)

    def wrong(self) -> None:
        self.answer(CONTENT[:-1] + b"!")

    def sign_in(self) -> None:
        self.answer(b"<html>Please sign in to the network</html>", Content_Type="text/html")

    def cut(self) -> None:
        """Always, at the same byte; knows no ranges."""
        self.answer(CONTENT[:-1000], length=len(CONTENT))

    def nothing(self) -> None:
        self.answer(b"", length=len(CONTENT))

    def stall(self) -> None:
        self.answer(CONTENT[:1000], length=len(CONTENT))
        self.ended.wait(10)

    def slow(self) -> None:
        self.answer(b"", length=len(CONTENT))
        step = http_answer.LEAST_BYTES // 2
        for start in range(0, len(CONTENT), step):
            time.sleep(PATIENCE / 3)
            self.wfile.write(CONTENT[start : start + step])
            self.wfile.flush()

    def drip(self) -> None:
        self.answer(b"", length=len(CONTENT))
        for position in range(1000):
            self.wfile.write(CONTENT[position : position + 1])
            self.wfile.flush()
            if self.ended.wait(0.05):
                return

    def redirect(self) -> None:
        self.answer(b"", 302, Location=self.path.replace("/redirect/", "/resumable/"))

    def redirect_round(self) -> None:
        self.answer(b"", 302, Location=self.path)

    def no_length(self) -> None:
        self.answer(CONTENT, length=-1)

    def no_length_cut(self) -> None:
        self.answer(CONTENT[: PIECE if self.first else None], length=-1)

    def resumable(self) -> None:
        """Breaks after each piece, and goes on where it is asked to."""
        if self.headers["Range"] is None:
            self.answer(CONTENT[:PIECE], length=len(CONTENT), ETag='"one"')
        else:
            assert self.headers["If-Range"] == '"one"'
            self.part(CONTENT, PIECE, ETag='"one"')

    def range_ignored(self) -> None:
        self.answer(CONTENT[: PIECE if self.first else None], length=len(CONTENT))

    def changed(self) -> None:
        """Another file since the first piece; the server says so by answering with the whole."""
        if self.first:
            self.answer(OTHER[:PIECE], length=len(OTHER), ETag='"old"')
        else:
            assert self.headers["If-Range"] == '"old"'
            self.answer(CONTENT, ETag='"new"')

    def changed_unsaid(self) -> None:
        """The same, by a server that knows no If-Range: two halves of two files."""
        if self.first:
            self.answer(OTHER[:PIECE], length=len(OTHER))
        elif self.headers["Range"]:
            self.part(CONTENT)
        else:
            self.good()

    def changed_tag(self) -> None:
        """It sends the part, but of a file with another name."""
        if self.first:
            self.answer(OTHER[:PIECE], length=len(OTHER), ETag='"old"')
        elif self.headers["Range"]:
            self.part(CONTENT, ETag='"new"')
        else:
            self.good()

    def shorter(self) -> None:
        """416: what we have is longer than the file now is."""
        if self.first:
            self.answer(OTHER + OTHER[:1], length=2 * len(OTHER))
        elif self.headers["Range"]:
            self.answer(b"", 416, Content_Range=f"bytes */{len(CONTENT)}")
        else:
            self.good()

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving() -> Iterator[str]:
    Faulty.ended.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Faulty) as running:
        running.daemon_threads = True
        running.handle_error = lambda *_: None  # type: ignore[method-assign]
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        Faulty.ended.set()
        running.shutdown()
