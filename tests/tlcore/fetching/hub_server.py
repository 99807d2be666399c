"""A hub on this machine that fails in one way at a time: its API, its files, and a host for LFS.

`asked` lists the paths of all requests, so that a test sees what was never asked for.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

COMMIT = hashlib.sha1(b"a commit").hexdigest()
PIECE = 70_000  # bytes before a break: more than http_answer.LEAST_BYTES
LFS = "model.safetensors"


class Hub:
    """`files` of one repository; `fault`: what goes wrong, "" for nothing."""

    def __init__(self) -> None:
        self.files: Mapping[str, bytes] = {}
        self.fault = ""
        self.revision = "main"
        self.asked: list[str] = []
        self.heard: list[dict[str, str]] = []  # the headers of each of them
        self.ended = threading.Event()
        self.address = self.elsewhere = ""

    def listing(self) -> dict[str, Any]:
        return {
            "id": "a/model",
            "sha": COMMIT,
            "siblings": [self._one(file) for file in self._named()],
        }

    def _named(self) -> list[str]:
        gone = {"no_safetensors": LFS, "no_tokenizer": "tokenizer.json"}.get(self.fault)
        return [file for file in self.files if file != gone]

    def _one(self, file: str) -> dict[str, Any]:
        content = self.files[file]
        blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        told: dict[str, Any] = {"rfilename": file, "size": len(content), "blobId": blob}
        if file == LFS:
            digest = hashlib.sha256(content).hexdigest()
            told["lfs"] = {"sha256": digest, "size": len(content), "pointerSize": 134}
            told["blobId"] = hashlib.sha1(b"the pointer").hexdigest()
        self._spoil(told, file)
        return told

    def _spoil(self, told: dict[str, Any], file: str) -> None:
        """What the hub states in a form that cannot be checked."""
        if file == LFS:
            digest = told["lfs"]["sha256"]
            other = {
                "short_hash": digest[:40],
                "upper_hash": digest.upper(),
                "named_hash": f"sha256:{digest}",
                "number_hash": 7,
            }
            if self.fault in other:
                told["lfs"]["sha256"] = other[self.fault]
            if self.fault == "no_hash":
                told["lfs"] = {}
            if self.fault == "no_lfs":  # git's id alone does not do for weights
                del told["lfs"]
            if self.fault == "no_size":
                del told["size"]
        if file == "config.json" and self.fault == "no_blob":
            del told["blobId"]
        if file == "config.json" and self.fault == "huge_config":
            told["size"] = 2**40


class Handler(BaseHTTPRequestHandler):
    hub: Hub

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.asked.append(path)
        self.hub.heard.append({key.lower(): value for key, value in self.headers.items()})
        if path.startswith("/api/models/"):
            self._api(path)
        elif path.startswith("/old/"):
            self._send(b"", 307, Location=path.removeprefix("/old"))
        elif "/resolve/" in path:
            self._resolve(path)
        else:
            self._lfs(path)

    def _api(self, path: str) -> None:
        fault, branch = self.hub.fault, path.split("/revision/")[-1]
        if fault == "html_api":
            self._send(b"<html>Please sign in to the network</html>")
        elif fault == "endless_api":
            self._endless()
        elif fault == "busy_api":
            self._send(b"", 503)
        elif fault == "gone" or branch != self.hub.revision:
            self._send(b'{"error":"Repository not found"}', 404)
        elif fault == "moved" and "/moved/" not in path:
            self._send(b"", 307, Location=path.replace("/api/models/", "/api/models/moved/"))
        else:
            self._send(json.dumps(self.hub.listing()).encode())

    def _resolve(self, path: str) -> None:
        commit, file = re.findall(r"/resolve/([^/]+)/(.+)", path)[0]
        content = self.hub.files.get(file)
        if commit != COMMIT or content is None:
            self._send(b"Entry not found", 404)
        elif file != LFS:
            if self.hub.fault == "html_config" and file == "config.json":
                content = b"<html>Sign in</html>".ljust(len(content))
            elif self.hub.fault == "long_config" and file == "config.json":
                content += b" " * 100
            self._send(content)
        else:
            where = f"/lfs/{file}"
            far = self.hub.elsewhere + where
            self._send(b"", 302, Location=where if self.hub.fault == "relative" else far)

    def _lfs(self, path: str) -> None:
        content, fault = self.hub.files[LFS], self.hub.fault
        if fault == "wrong":
            self._send(content[:-1] + b"!")
        elif fault == "busy":
            self._send(b"", 503)
        elif fault == "html":
            self._send(b"<html>Please sign in to the network</html>")
        elif fault == "endless":
            self._endless()
        elif fault == "longer":
            self._send(content + b"more")
        elif fault == "silent":
            self.hub.ended.wait(10)
        elif fault == "slow":
            self._slowly(content)
        elif fault == "cut":
            self._cut(content)
        else:
            self._send(content)

    def _cut(self, content: bytes) -> None:
        """Breaks after each piece, and goes on where it is asked to."""
        found = re.findall(r"bytes=(\d+)-", self.headers.get("Range", ""))
        begin = int(found[0]) if found else 0
        more = (
            {"Content-Range": f"bytes {begin}-{len(content) - 1}/{len(content)}"} if found else {}
        )
        part = content[begin : begin + PIECE]
        self._send(part, 206 if found else 200, len(content) - begin, ETag='"one"', **more)

    def _slowly(self, content: bytes) -> None:
        self._head(200, len(content))
        for at in range(0, len(content), 40_000):
            self.wfile.write(content[at : at + 40_000])
            self.wfile.flush()
            time.sleep(0.05)

    def _endless(self) -> None:
        self._head(200, None)
        while not self.hub.ended.is_set():
            self.wfile.write(b"0" * 65_536)

    def _send(
        self, content: bytes, code: int = 200, length: int | None = None, **headers: str
    ) -> None:
        self._head(code, len(content) if length is None else length, **headers)
        self.wfile.write(content)

    def _head(self, code: int, length: int | None, **headers: str) -> None:
        self.send_response(code)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving() -> Iterator[Hub]:
    """The hub, and a second host where LFS lies."""
    hub = Hub()
    handler = type("OfThisHub", (Handler,), {"hub": hub})
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), handler) as one,
        ThreadingHTTPServer(("127.0.0.1", 0), handler) as two,
    ):
        for running in (one, two):
            running.daemon_threads = True
            running.handle_error = lambda *_: None  # type: ignore[method-assign]
            threading.Thread(target=running.serve_forever, daemon=True).start()
        hub.address, hub.elsewhere = (
            f"http://{host}:{running.server_address[1]}"
            for host, running in (("127.0.0.1", one), ("localhost", two))
        )
        yield hub
        hub.ended.set()
        one.shutdown()
        two.shutdown()
