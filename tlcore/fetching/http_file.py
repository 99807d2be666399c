"""One file over HTTP: whole and with the right hash, or a plain refusal within seconds.

Tried again while something comes (tlcore.fetching.http_answer), and gone on with by a later call
where it stopped (tlcore.fetching.http_wanted).

Why no library: on a server that breaks off, torch.hub (2.13.0) and pooch (1.9.0) end at the first
break and keep nothing; one that falls silent holds pooch for 30 s, and torch.hub for 45 s and more;
one that drips a byte at a time holds both.  huggingface_hub: see tlcore.fetching.hub_client.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import filelock

from tlcore.catalog.whole_files import DAMAGED
from tlcore.catalog.whole_files import lock as lock_of
from tlcore.fetching import http_answer
from tlcore.fetching.http_answer import Answer, Tell
from tlcore.fetching.http_open import Refused
from tlcore.fetching.http_wanted import Wanted
from tlcore.ground.disk import NO_ROOM, disk_trouble
from tlcore.ground.errors import UserError

SECONDS = 5.0  # a network that brings less than http_answer.LEAST_BYTES in this time is given up
TRIES = 3  # in a row that bring less than that
BACKOFF = 0.5  # seconds before the second try, twice as many before each later one
_PASSING = {408, 429, 500, 502, 503, 504}  # answers that may be others a moment later


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
            tell(wanted.came(), None)
    try:
        yield
    finally:
        lock.release()


def _fetch(wanted: Wanted, tell: Tell, seconds: float) -> None:
    fruitless = 0
    while True:
        before = wanted.came()
        answer = Answer(wanted, seconds)
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
                wanted.note.unlink(missing_ok=True)
                return
            if not resumed:  # the end of one file behind the beginning of another: once anew
                _set_aside(wanted)
                raise UserError("download.wrong_answer", **wanted.told())
            wanted.partial.unlink(missing_ok=True)
        elif code == 416:
            wanted.partial.unlink(missing_ok=True)  # the server's file is shorter than ours
        elif code is not None and code not in _PASSING:
            raise UserError("download.refused", **wanted.told(), code=code)
        fruitless = 0 if wanted.came() - before >= http_answer.LEAST_BYTES else fruitless + 1
        if fruitless == TRIES:
            if code is not None:
                raise UserError("download.refused", **wanted.told(), code=code)
            raise UserError("download.no_network", **wanted.told()) from answer.error
        until = time.monotonic() + BACKOFF * 2**fruitless / 2
        while time.monotonic() < until:
            tell(wanted.came(), None)
            time.sleep(0.05)


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
    wanted.note.unlink(missing_ok=True)
