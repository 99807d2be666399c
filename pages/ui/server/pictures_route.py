"""`/api/pictures/<set>`: a reader's own pictures come in one by one, and are looked at.

Only the owner's browser (its cookie), only from this app's own pages.  What comes is written to
the disk as it comes: nobody's upload is held in memory, and nothing here opens a picture.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response

from pages.ui.server import host, visitors
from pages.ui.server.hourly import Hourly
from tlcore.catalog import own
from tlcore.data.own import own_batches, own_names
from tlcore.ground import bounds, paths
from tlcore.ground.disk import disk_trouble
from tlcore.ground.errors import UserError

MB = own_batches.MB
DRAINED, PATIENCE = MB, 5.0  # bytes and seconds of what is refused; more is not waited for
COUNT_AGAIN = 1.0  # seconds
STATUS = {"data.gone": 404, "own.empty": 400, "own.full": 413, "own.many": 413}


class _Refused(Exception):
    """An answer in place of an upload: a status, the key of an error, its values."""

    def __init__(self, status: int, key: str, **values: object) -> None:
        super().__init__(status, key)
        self.status, self.told = status, {"error": key, "values": values}


class _Gate:
    """Who is sending how much just now."""

    def __init__(self) -> None:
        self._sending: Counter[str] = Counter()  # uploads under way, by reader
        self._coming: Counter[str] = Counter()  # their bytes so far
        self._from: Counter[str | None] = Counter()  # uploads under way, by address
        self._hour = Hourly()  # of an address
        self._counted = (-COUNT_AGAIN, 0)
        self._room: dict[str, float] = {}  # set: when there was room in it

    @contextlib.contextmanager
    def passing(
        self, user: str, address: str | None, most: bounds.OwnPictures = bounds.VISITOR_OWN
    ) -> Iterator[Callable[[int], None]]:
        """Gives a function to count each piece with."""
        if (
            self._sending[user] >= bounds.VISITOR_SENDING
            or self._from[address] >= bounds.ADDRESS_SENDING
            or self._sending.total() >= bounds.ALL_SENDING
        ):
            raise _Refused(429, "own.busy")
        self._sending[user] += 1
        self._from[address] += 1
        mine = 0
        began = time.monotonic()

        def count(size: int) -> None:
            nonlocal mine
            mine += size
            self._coming[user] += size
            since = time.monotonic() - began
            if since > bounds.IDLE_SECONDS and mine < since * bounds.SLOWEST:
                raise TimeoutError
            if self._coming[user] > most.incoming:
                raise _Refused(429, "own.waiting")
            if address and not self._hour.may(address, size, bounds.ADDRESS_HOUR):
                raise _Refused(429, "own.waiting")

        try:
            yield count
        finally:
            for counter, amount in ((self._sending, 1), (self._coming, mine)):
                counter[user] -= amount
                if counter[user] <= 0:
                    del counter[user]  # or those who come and go would fill the counter
            self._from[address] -= 1
            if self._from[address] <= 0:
                del self._from[address]

    def check(self, found: own.Own, here: bool) -> None:
        """Raises UserError where nothing more may come.  Looked at now and then: to count 500
        files before each of them would cost more than to write them."""
        now = time.monotonic()
        if now - self._room.get(found.id, -COUNT_AGAIN) < COUNT_AGAIN:
            return
        own_batches.may_come(found, here)
        if self._everybody() > bounds.ALL_INCOMING:
            raise UserError("own.waiting")
        self._room = {k: t for k, t in self._room.items() if now - t < COUNT_AGAIN}
        self._room[found.id] = now

    def _everybody(self) -> int:
        """Bytes on the disk that nobody has decoded yet; counted now and then."""
        at, found = self._counted
        if time.monotonic() - at > COUNT_AGAIN:
            found = sum(own_batches.waiting(o.id)[1] for o in own.every())
            self._counted = (time.monotonic(), found)
        return found


GATE = _Gate()


async def bring(request: Request) -> Response:
    """POST ?batch=&class=&name=, the picture's bytes as the body.  201, or {"error": key}."""
    try:
        user = _user(request)
        peer = request.client.host if request.client else None
        here = host.sits_here(request.headers, peer)
        address = visitors.address(peer, request.headers)
        with GATE.passing(user, address, bounds.own_pictures(here)) as count:
            async with asyncio.timeout(bounds.LONGEST_SECONDS):
                await _receive(request, user, count, here)
    except _Refused as refused:
        await _drained(request)
        headers = {"Connection": "close", "Cache-Control": "no-store"}
        if refused.status == 429:
            headers["Retry-After"] = "1"
        return JSONResponse(refused.told, refused.status, headers)
    except TimeoutError:
        return JSONResponse({"error": "own.slow"}, 408, {"Connection": "close"})
    except ClientDisconnect:
        return Response(status_code=400)  # nobody is there to read it
    return JSONResponse({"ok": True}, 201, {"Cache-Control": "no-store"})


async def look(request: Request) -> Response:
    """GET one picture of the set, for its owner."""
    name, file = request.path_params["set"], request.path_params["file"]
    try:
        found = await asyncio.to_thread(own.yours, name, _user(request, posting=False))
    except (UserError, _Refused):
        return _none()
    if all(picture.file != file for picture in found.pictures):
        return _none()
    path = own.folder(name) / file
    if not await asyncio.to_thread(path.is_file):
        return _none()
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=86400"}
    return FileResponse(path, media_type="image/jpeg", headers=headers)


def _none() -> Response:
    return JSONResponse({"error": "data.gone"}, 404)


def _user(request: Request, posting: bool = True) -> str:
    """Who asks, by the cookie.  A page of another site may not ask in a reader's name."""
    user = visitors.who(request.cookies.get(visitors.COOKIE, ""))
    if user is None:
        raise _Refused(403, "own.no_cookie")
    said = request.headers.get("sec-fetch-site")
    if said is None:  # a browser tells it only to a secure page, and over plain http its origin
        origin = urlsplit(request.headers.get("origin", "")).netloc
        said = "same-origin" if origin and origin == request.headers.get("host") else "none"
    if posting and said != "same-origin":
        raise _Refused(403, "own.other_site")
    return user


async def _receive(request: Request, user: str, count: Callable[[int], None], here: bool) -> None:
    """`here`: sent by whoever sits at the server."""
    largest = bounds.own_pictures(here).zip_bytes
    name, asked = request.path_params["set"], request.query_params
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > largest:
        raise _Refused(413, "own.heavy", limit=largest // MB)
    label, called = own_names.tidy(asked.get("class", "")), own_names.file(asked.get("name", ""))
    try:
        place = await asyncio.to_thread(_place, name, asked.get("batch", ""), user, here)
        arrival = own_batches.Arrival(place, label, called)
        try:
            most = own_batches.MOST_FILE
            async for piece in _pieces(request):
                if arrival.size == 0 and piece.startswith(own_batches.ZIP):
                    most = largest
                if arrival.size + len(piece) > most:
                    raise _Refused(413, "own.heavy", limit=most // MB)
                count(len(piece))
                await asyncio.to_thread(arrival.write, piece)
            await asyncio.to_thread(arrival.finish)
        except BaseException:
            arrival.abandon()
            raise
    except UserError as error:
        raise _Refused(STATUS.get(error.key, 429), error.key, **error.values) from None
    except TimeoutError:
        raise
    except OSError as error:
        where, reason = str(paths.data_dir()), error.strerror or "?"
        told = disk_trouble(error, paths.data_dir())
        told = told or UserError("store.unwritable", path=where, reason=reason)
        raise _Refused(507, told.key, **told.values) from None


def _place(name: str, batch: str, user: str, here: bool) -> Path:
    """Where the delivery lies, if this reader may add to it."""
    found = own.yours(name, user)
    GATE.check(found, here)
    return own_batches.folder(name, batch)


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes; TimeoutError where nothing comes for a while."""
    pieces = request.stream()
    while True:
        async with asyncio.timeout(bounds.IDLE_SECONDS):
            piece = await anext(pieces, None)
        if piece is None:
            return
        if piece:
            yield piece


async def _drained(request: Request) -> None:
    """Let the rest pass by, kept nowhere: a browser that is still sending would not hear us."""
    passed = 0
    with contextlib.suppress(ClientDisconnect, TimeoutError, RuntimeError):
        async with asyncio.timeout(PATIENCE):
            async for piece in _pieces(request):
                passed += len(piece)
                if passed > DRAINED:
                    return
