"""How an answer over HTTP begins: what a server says first, then its bytes as they come.

Two ways to ask have this shape: the standard library's, here, and the session of huggingface_hub
(tlcore.fetching.hub_client).  Both raise OSError or ValueError where nothing answers as it should.
"""

from __future__ import annotations

import contextlib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

CHUNK = 256 * 1024


class Refused(Exception):
    """The server answered, but not with the file.  `code`: of its answer."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Opened:
    """`length`: bytes that follow, where it is told."""

    status: int
    headers: Mapping[str, str]
    length: int | None
    parts: Iterator[bytes]


Open = Callable[[str, dict[str, str], float], AbstractContextManager[Opened]]


@contextlib.contextmanager
def plainly(url: str, headers: dict[str, str], seconds: float) -> Iterator[Opened]:
    """By the standard library.  `seconds`: of silence; it knows no other limit."""
    try:
        answer = urllib.request.urlopen(
            urllib.request.Request(url, headers=headers), timeout=seconds
        )
    except urllib.error.HTTPError as error:
        error.close()
        raise Refused(error.code) from error
    with answer:
        parts = iter(lambda: answer.read1(CHUNK), b"")
        yield Opened(answer.status, answer.headers, answer.length, parts)
