"""One answer of a server, kept behind what has come, and watched: a silent one is given up.

A silent network can hold who asks in four places: the name look-up, the connection, the headers
and the body, and a socket timeout covers neither the first nor a server that drips a byte a
second.  So the answer is read in a thread of its own, and the caller watches one thing: bytes.
"""

from __future__ import annotations

import errno
import http.client
import re
import shutil
import threading
import time
from collections.abc import Callable
from typing import IO, TypeVar

from tlcore.fetching.http_open import Opened, Refused
from tlcore.fetching.http_wanted import Wanted
from tlcore.ground import bounds

LEAST_BYTES = 64 * 1024  # 13 kB/s over 5 s: at this pace ResNet-18 would take an hour
ROOM = bounds.DISK_RESERVE  # stays free

T = TypeVar("T")
Tell = Callable[[int, int | None], None]  # bytes that are there, bytes of the whole file


class Answer(threading.Thread):
    """One request, written behind what `partial` holds.  `received` grows; errors say why it
    ended."""

    def __init__(self, wanted: Wanted, seconds: float) -> None:
        super().__init__(name="fetch", daemon=True)  # daemon: a stuck name look-up ends with us
        self.wanted, self.seconds = wanted, seconds
        self.begins = wanted.came()  # byte of the file that the first one received is
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
            if validator := self.wanted.validator():
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
            self._disk(lambda: self.wanted.remember(answer))
            self._copy(answer, file)
        if length is not None and self.received < length and not self.too_long:
            raise http.client.IncompleteRead(b"", length - self.received)

    def _goes_on(self, answer: Opened) -> bool:
        given = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
        known, now = self.wanted.validator(), answer.headers.get("ETag")
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
