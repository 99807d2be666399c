"""One file over HTTP: whole and with the right hash, or a plain refusal within seconds.

A silent network can hold who asks in four places: the name look-up, the connection, the headers
and the body, and a socket timeout covers neither the first nor a server that drips a byte a
second.  So the answer is read in a thread of its own, and the caller watches one thing: bytes.

What has come lies in `<name>.partial`; a later call goes on behind it (RFC 9110, section 14) and
asks the server to start anew where the file has changed (`If-Range`).
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import hashlib
import http.client
import json
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TypeVar
from urllib.parse import urlsplit

import filelock

from tlcore import bounds
from tlcore.disk import NO_ROOM, disk_trouble
from tlcore.errors import UserError
from tlcore.http_open import Open, Opened, Refused, plainly
from tlcore.whole_files import DAMAGED, PARTIAL
from tlcore.whole_files import lock as lock_of

SECONDS = 5.0  # a network that brings less than LEAST_BYTES in this time is given up
LEAST_BYTES = 64 * 1024  # 13 kB/s over 5 s: at this pace ResNet-18 would take an hour
TRIES = 3  # in a row that bring less than LEAST_BYTES
BACKOFF = 0.5  # seconds before the second try, twice as many before each later one
ROOM = bounds.DISK_RESERVE  # stays free
_PASSING = {408, 429, 500, 502, 503, 504}  # answers that may be others a moment later

T = TypeVar("T")
Tell = Callable[[int, int | None], None]  # bytes that are there, bytes of the whole file


@dataclasses.dataclass(frozen=True)
class Wanted:
    """`digest`: hex digits that the hash of the file begins with; "" where none is known.

    `before`: bytes that are hashed before those of the file (git hashes a header, too); `most`:
    bytes that the file may have, where that is known; `open`: how the server is asked.
    """

    url: str
    path: Path
    digest: str
    algorithm: str = "sha256"
    before: bytes = b""
    most: int | None = None
    open: Open = plainly

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or self.url

    @property
    def partial(self) -> Path:
        return self.path.with_name(self.path.name + PARTIAL)

    def told(self) -> dict[str, str]:
        return {"file": self.path.name, "host": self.host}


def fetch(wanted: Wanted, tell: Tell = lambda done, of: None, seconds: float | None = None) -> None:
    """Download to `wanted.path`.  `tell` is called a few times a second; what it raises ends it.
    `seconds`: of silence that are waited for, else SECONDS.

    A second caller for the same file waits for the first and finds it done.

    Raises UserError: download.no_network (file, host) when nothing answers or answers stop again
    and again; download.refused (file, host, code); download.wrong_answer (file, host) when the hash
    is wrong (often the sign-in page of a network), what came being set aside; store.full and
    store.unwritable when the disk does not take it.
    """
    try:
        wanted.path.parent.mkdir(parents=True, exist_ok=True)
        with _turn(wanted, tell):
            if not wanted.path.exists():
                _fetch(wanted, tell, seconds or SECONDS)
    except OSError as error:
        told = disk_trouble(error, wanted.path.parent)
        if told is None:
            raise
        if told.key in NO_ROOM:  # the disk is wanted more for the runs
            wanted.partial.unlink(missing_ok=True)
        raise told from error


@contextlib.contextmanager
def _turn(wanted: Wanted, tell: Tell) -> Iterator[None]:
    """One download of a file at a time; who waits tells how far the other is."""
    lock = lock_of(wanted.path)
    while True:
        try:
            lock.acquire(timeout=0.3)
            break
        except filelock.Timeout:
            tell(_size(wanted.partial), None)
    try:
        yield
    finally:
        lock.release()


def _fetch(wanted: Wanted, tell: Tell, seconds: float) -> None:
    fruitless = 0
    while True:
        before = _size(wanted.partial)
        answer = _Answer(wanted, seconds)
        moving = answer.watch(tell)
        resumed = answer.begins > 0
        if answer.disk_error is not None:
            raise answer.disk_error
        if answer.too_long:
            _set_aside(wanted)
            raise UserError("download.wrong_answer", **wanted.told())
        code = answer.error.code if isinstance(answer.error, Refused) else None
        whole = code == 416 and bool(wanted.digest)  # nothing behind what we have: all of it?
        if (moving and answer.error is None) or whole:
            if _right(wanted):
                wanted.partial.replace(wanted.path)
                _note(wanted).unlink(missing_ok=True)
                return
            if not resumed:  # the end of one file behind the beginning of another: once anew
                _set_aside(wanted)
                raise UserError("download.wrong_answer", **wanted.told())
            wanted.partial.unlink(missing_ok=True)
        elif code == 416:
            wanted.partial.unlink(missing_ok=True)  # the server's file is shorter than ours
        elif code is not None and code not in _PASSING:
            raise UserError("download.refused", **wanted.told(), code=code)
        fruitless = 0 if _size(wanted.partial) - before >= LEAST_BYTES else fruitless + 1
        if fruitless == TRIES:
            if code is not None:
                raise UserError("download.refused", **wanted.told(), code=code)
            raise UserError("download.no_network", **wanted.told()) from answer.error
        until = time.monotonic() + BACKOFF * 2**fruitless / 2
        while time.monotonic() < until:
            tell(_size(wanted.partial), None)
            time.sleep(0.05)


class _Answer(threading.Thread):
    """One request, written behind what `partial` holds.  `received` grows; errors say why it
    ended."""

    def __init__(self, wanted: Wanted, seconds: float) -> None:
        super().__init__(name="fetch", daemon=True)  # daemon: a stuck name look-up ends with us
        self.wanted, self.seconds = wanted, seconds
        self.begins = _size(wanted.partial)  # byte of the file that the first one received is
        self.received = 0
        self.of: int | None = None
        self.error: Exception | None = None
        self.disk_error: OSError | None = None
        self.too_long = False  # longer than the file can be: another one, or one without an end
        self.given_up = threading.Event()

    def run(self) -> None:
        headers = {"User-Agent": "transfer-lab", "Accept-Encoding": "identity"}
        if self.begins:
            headers["Range"] = f"bytes={self.begins}-"
            if validator := _validator(self.wanted):
                headers["If-Range"] = validator
        try:
            with self.wanted.open(self.wanted.url, headers, self.seconds) as answer:
                self._keep(answer)
        except (OSError, http.client.HTTPException, ValueError, Refused) as error:
            self.error = error

    def _keep(self, answer: Opened) -> None:
        if answer.status != 206 or not self._goes_on(answer):
            self.begins = 0
            if answer.status == 206:  # another part than was asked for
                self._disk(lambda: self.wanted.partial.unlink(missing_ok=True))
                raise http.client.HTTPException("another range")
        length = answer.length
        self.of = None if length is None else self.begins + length
        if self._beyond(self.of or 0):
            return
        if self.of is not None:
            self._disk(self._room)
        with self._disk(lambda: self.wanted.partial.open("ab" if self.begins else "wb")) as file:
            self._disk(lambda: _remember(self.wanted, answer))
            self._copy(answer, file)
        if length is not None and self.received < length and not self.too_long:
            raise http.client.IncompleteRead(b"", length - self.received)

    def _goes_on(self, answer: Opened) -> bool:
        given = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
        known, now = _validator(self.wanted), answer.headers.get("ETag")
        same = known is None or now is None or not known.startswith('"') or known == now
        return given is not None and int(given[1]) == self.begins and same

    def _room(self) -> None:
        free = shutil.disk_usage(self.wanted.path.parent).free
        if self.of is not None and self.of - self.begins > free - ROOM:
            raise OSError(errno.ENOSPC, "not enough space for the whole file")

    def _copy(self, answer: Opened, file: IO[bytes]) -> None:
        for part in answer.parts:
            if self.given_up.is_set():
                break
            if self._beyond(self.begins + self.received + len(part)):
                break
            self._disk(lambda part=part: file.write(part))  # type: ignore[misc]
            self.received += len(part)
        self._disk(file.flush)

    def _beyond(self, size: int) -> bool:
        self.too_long = self.wanted.most is not None and size > self.wanted.most
        return self.too_long

    def _disk(self, act: Callable[[], T]) -> T:
        """Tells a disk that refuses from a network that fails: both raise OSError."""
        try:
            return act()
        except OSError as error:
            self.disk_error = error
            raise

    def watch(self, tell: Tell) -> bool:
        """Wait for the end; False when less than LEAST_BYTES came within `seconds`."""
        self.start()
        seen, since = 0, time.monotonic()
        try:
            while self.is_alive():
                self.join(0.05)
                tell(self.begins + self.received, self.of)
                now = time.monotonic()
                if self.received - seen >= LEAST_BYTES:
                    seen, since = self.received, now
                elif now - since > self.seconds and self.is_alive():
                    return False
        finally:
            self.given_up.set()
            self.join(0.2)  # it is in a system call, or it ends here
        return True


def _right(wanted: Wanted) -> bool:
    if not wanted.digest:
        return True
    digest = digest_of(wanted.partial, wanted.algorithm, wanted.before)
    return digest.startswith(wanted.digest)


def digest_of(path: Path, algorithm: str, before: bytes = b"") -> str:
    """Hash of `before` and then the file, in hex digits."""
    made = hashlib.new(algorithm, before)
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: made).hexdigest()


def _set_aside(wanted: Wanted) -> None:
    """What came stays to be looked at, where nothing loads it."""
    if wanted.partial.exists():
        wanted.partial.replace(wanted.path.with_name(wanted.path.name + DAMAGED))
    _note(wanted).unlink(missing_ok=True)


def _note(wanted: Wanted) -> Path:
    return wanted.path.with_name(wanted.path.name + PARTIAL + ".json")


def _remember(wanted: Wanted, answer: Opened) -> None:
    """What names this content at the server: a strong ETag, else the time of its last change."""
    tag = answer.headers.get("ETag", "")
    named = tag if tag.startswith('"') else answer.headers.get("Last-Modified", "")
    _note(wanted).write_text(json.dumps(named), encoding="utf-8")


def _validator(wanted: Wanted) -> str | None:
    try:
        return str(json.loads(_note(wanted).read_text(encoding="utf-8"))) or None
    except (OSError, ValueError):
        return None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
