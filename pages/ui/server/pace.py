"""How much of the event loop the messages of a page may take: whoever sends faster waits.

Streamlit handles each message on the loop that everybody shares, a new thread started with each
(2 ms, and up to 50 while scripts run): twenty sockets that sent a hundred a second each kept
everybody else out for a minute.  What a message took is charged to its page and to its address;
who waits here is not read from, so no more than a piece of 64 KB is held.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from starlette.types import Message, Receive

from tlcore.ground import bounds

TRY_LATER = 1013  # the registry of RFC 6455
MOST_ADDRESSES = 10_000  # that are remembered; a flood of them forgets the oldest


class Pace:
    """`burst` seconds of the loop at once, then `share` of it."""

    def __init__(self, share: float, burst: float) -> None:
        self._share, self._ahead = share, burst / share
        self._due = 0.0  # when all that was charged is worked off

    def charge(self, seconds: float, now: float) -> None:
        self._due = max(self._due, now) + seconds / self._share

    def delay(self, now: float) -> float:
        """Seconds that the next message has to wait."""
        return max(0.0, self._due - self._ahead - now)


class Paces:
    """One pace for each page, and one for all pages of an address (None: this machine's own)."""

    def __init__(self) -> None:
        self._addresses: dict[str, Pace] = {}

    def of(self, address: str | None) -> Sequence[Pace]:
        own = Pace(bounds.SOCKET_LOOP, bounds.SOCKET_LOOP_BURST)
        if address is None:
            return [own]
        theirs = self._addresses.pop(address, None)
        theirs = theirs or Pace(bounds.ADDRESS_LOOP, bounds.ADDRESS_LOOP_BURST)
        self._addresses[address] = theirs  # the newest at the end
        if len(self._addresses) > MOST_ADDRESSES:
            del self._addresses[next(iter(self._addresses))]
        return [own, theirs]


def paced(receive: Receive, paces: Sequence[Pace]) -> Receive:
    """The messages of one page, none sooner than its paces allow.

    A page that has waited for its own pace, message after message, for bounds.SOCKET_PATIENCE is
    closed, and what it has sent is not handled any more: a browser connects again by itself."""
    began: float | None = None  # when the last message was handed over
    since: float | None = None  # from when on each message had to wait

    async def next_one() -> Message:
        nonlocal began, since
        if began is not None:  # Streamlit has handled it without giving up the loop
            now = time.monotonic()
            for pace in paces:
                pace.charge(now - began, now)
            began = None
        message = await receive()
        if message["type"] == "websocket.receive":
            now = time.monotonic()
            since = None if paces[0].delay(now) == 0 else since or now
            if since is not None and now - since > bounds.SOCKET_PATIENCE:
                return {"type": "websocket.disconnect", "code": TRY_LATER}
            await asyncio.sleep(max(pace.delay(now) for pace in paces))  # 0: others take a turn
            began = time.monotonic()
        return message

    return next_one
