"""One file from the network, or a plain refusal within seconds.

A silent network can hold `urlopen` in four places: the name look-up, the connection, the headers
and the body, and a socket timeout covers neither the first nor a server that drips a byte a
second.  So the download runs in a thread of its own, and the caller watches one thing: bytes.
"""

from __future__ import annotations

import errno
import hashlib
import http.client
import shutil
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tlcore.errors import UserError

FETCH_SECONDS = 5.0  # a network that brings less than LEAST_BYTES in this time is given up
LEAST_BYTES = 64 * 1024  # 13 kB/s over 5 s: at this pace ResNet-18 would take an hour
CHUNK = 256 * 1024


class _DiskError(OSError):
    """Writing failed, not the network."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(str(cause))
        self.cause = cause


class _Download(threading.Thread):
    """Writes `url` to an open file.  `received` grows; `error` tells why it ended."""

    def __init__(self, url: str, file: Any, seconds: float) -> None:
        super().__init__(name="fetch", daemon=True)  # daemon: a stuck name look-up ends with us
        self.url, self.file, self.seconds = url, file, seconds
        self.received = 0
        self.digest = hashlib.sha256()
        self.error: Exception | None = None
        self.given_up = threading.Event()

    def run(self) -> None:
        try:
            request = urllib.request.Request(self.url, headers={"User-Agent": "transfer-lab"})
            with urllib.request.urlopen(request, timeout=self.seconds) as answer:
                self._copy(answer)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.error = error

    def _copy(self, answer: http.client.HTTPResponse) -> None:
        promised = answer.length
        while not self.given_up.is_set():
            part = answer.read1(CHUNK)
            if not part:
                break
            try:
                self.file.write(part)
            except OSError as error:
                raise _DiskError(error) from error
            self.digest.update(part)
            self.received += len(part)
        if promised is not None and self.received < promised:
            raise http.client.IncompleteRead(b"", promised - self.received)


def fetch(url: str, path: Path, sha256_prefix: str, seconds: float = FETCH_SECONDS) -> None:
    """Download `url` to `path`, whole and with the right hash, or not at all.

    Bytes go to a `.partial` file beside it that is renamed at the end, so `path` is never half
    written, whoever else downloads it at the same time.

    Raises UserError: weights.no_network (file, host) when nothing answers, answers stop, or the
    server refuses; weights.wrong_answer (file, host) when the hash is wrong
    (often the sign-in page of a network); store.full (path, free_mb) and
    store.unwritable (path, reason) when the disk does not take it.
    """
    host = urlsplit(url).hostname or url
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=path.name + ".", suffix=".partial", delete=False
        ) as file:
            partial = Path(file.name)
            download = _Download(url, file, seconds)
            download.start()
            moving = _watch(download, seconds)
    except OSError as error:
        raise _disk(error, path) from error
    try:
        if isinstance(download.error, _DiskError):
            raise _disk(download.error.cause, path) from download.error.cause
        if not moving or download.error is not None:
            raise UserError("weights.no_network", file=path.name, host=host) from download.error
        if not download.digest.hexdigest().startswith(sha256_prefix):
            raise UserError("weights.wrong_answer", file=path.name, host=host)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _watch(download: _Download, seconds: float) -> bool:
    """Wait for the end; False when less than LEAST_BYTES came within `seconds`."""
    seen, since = 0, time.monotonic()
    while download.is_alive():
        download.join(0.05)
        now = time.monotonic()
        if download.received - seen >= LEAST_BYTES:
            seen, since = download.received, now
        elif now - since > seconds and download.is_alive():
            download.given_up.set()
            return False
    return True


def _disk(error: OSError, path: Path) -> Exception:
    """The same two sentences as for the run store: both live under TL_DATA_DIR."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        free = shutil.disk_usage(path.parent).free // 2**20 if path.parent.exists() else 0
        return UserError("store.full", path=str(path.parent), free_mb=free)
    return UserError("store.unwritable", path=str(path.parent), reason=error.strerror or str(error))
