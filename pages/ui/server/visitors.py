"""Who asks: a random id that this server has signed, in an HttpOnly cookie; no name, no password.

What bounds a visitor hangs on the id, so nobody may invent one.  Handing them out is bounded by
address: beyond bounds.ADDRESS_NEW_VISITORS an hour, newcomers of one address share one id.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import ipaddress
import os
import re
import secrets
import tempfile
import threading
import time
from collections import deque
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tlcore.ground import bounds, paths

COOKIE = "tl_user"
ID = re.compile(r"[A-Za-z0-9_-]{22}")  # as secrets.token_urlsafe(16) makes it
KEY, KEY_BYTES = "visitors.key", 32
FORWARDED = ("x-forwarded-for", "x-real-ip")
MOST_ADDRESSES = 10_000  # that are remembered; a flood of them forgets the oldest
_handed: dict[str, deque[float]] = {}  # address -> when ids were handed out to it
_turn = threading.Lock()


def who(cookie: str) -> str | None:
    """The id in a cookie that this server has signed."""
    name, _, mark = cookie.partition(".")
    if ID.fullmatch(name) and hmac.compare_digest(mark.encode(), _mark(name).encode()):
        return name
    return None


def signed(name: str, data_dir: Path | None = None) -> str:
    """The cookie's value."""
    return f"{name}.{_mark(name, data_dir)}"


def fresh(address: str | None) -> str:
    """An id for a newcomer.  `address` None: whoever sits at the server, bound by nothing."""
    if address is None or _may_have_one(address):
        return secrets.token_urlsafe(16)
    return _short(f"address {address}")


def address(peer: str | None, headers: Mapping[str, str]) -> str | None:
    """The address whose bounds count; None where the browser runs on this machine.

    Behind a proxy on this machine it is the last address that the proxy names: what stands before
    it, anybody may have written.  Of IPv6 it is the network of a household (64 bits)."""
    told = next((headers[name] for name in FORWARDED if headers.get(name)), "")
    named = told.rpartition(",")[2].strip()
    found = _read(peer or "127.0.0.1")
    if found is None or found.is_loopback:
        found = _read(named) if named else None
        if found is None:
            return named or None
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def _read(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text.split("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _may_have_one(address: str) -> bool:
    now = time.monotonic()
    with _turn:
        times = _handed.pop(address, deque())
        while times and now - times[0] > bounds.VISITOR_FORGOTTEN:
            times.popleft()
        may = len(times) < bounds.ADDRESS_NEW_VISITORS
        if may:
            times.append(now)
        _handed[address] = times  # the newest at the end
        if len(_handed) > MOST_ADDRESSES:
            del _handed[next(iter(_handed))]
        return may


def _mark(name: str, data_dir: Path | None = None) -> str:
    return _short(f"visitor {name}", data_dir)


def _short(text: str, data_dir: Path | None = None) -> str:
    """128 bits of a keyed hash, as the ids are written."""
    found = hmac.digest(_key(data_dir or paths.data_dir()), text.encode(), hashlib.sha256)[:16]
    return base64.urlsafe_b64encode(found).decode().rstrip("=")


@cache
def _key(folder: Path) -> bytes:
    """Made once, for this server's eyes; where the disk refuses it, it lasts as long as the
    process does."""
    path, made = folder / KEY, secrets.token_bytes(KEY_BYTES)
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            handle, temporary = tempfile.mkstemp(dir=folder)  # readable by its owner alone
            with os.fdopen(handle, "wb") as file:
                file.write(made)
            with contextlib.suppress(FileExistsError):  # another process was first
                os.link(temporary, path)
            Path(temporary).unlink()
        found = path.read_bytes()
        if len(found) == KEY_BYTES:
            return found
    return made
