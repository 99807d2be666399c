"""What the charts poll, read from the store once for everyone who watches the same run.

Ten readers of one run ask thirty times a second and get the same rows; the store is asked at most
every FRESH seconds, by whoever comes first, and the others wait for that answer.  Of each run the
end is kept, as the JSON it is sent as; and what came before, compressed, for a class that reloads.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tlcore.runs.store.store import ATTEMPT

FRESH = 0.1  # seconds; a worker writes every 0.08 s
SOON = 0.02  # the same while a run is asked to stop or to pause: its reader waits for the word
ROWS = 500  # rows kept of a run: 0.5 MB, half a minute at fifteen steps a second
RUNS = 64  # runs kept; the one asked for longest ago goes
BLOCK = 250  # the compressed past ends at a multiple of this, so it is good for a while
PAST_BYTES = 24 * 2**20  # kept of all runs' pasts
ROWS_A_POLL = 4_000  # one answer stays under a megabyte; `more` asks for the next at once

Ask = Callable[[str, int, int], "dict[str, Any] | None"]  # run, cursor, rows at most


@dataclass
class Tail:
    """The end of a run's current attempt: rows `first` to `next`, counted by the store's cursor."""

    state: dict[str, Any]  # the answer but its rows and cursor
    first: int
    next: int
    rows: list[str] = field(default_factory=list)
    read: float = 0.0

    def past(self, after: int) -> tuple[int, int] | None:
        """Rows of this attempt, from and to, that a reader who begins is told at first."""
        base = ATTEMPT * (int(self.state["attempt"]) - 1)
        begin = after - base if base <= after < base + ATTEMPT else 0  # or of another attempt
        end = min(begin + ROWS_A_POLL, (self.next - base) // BLOCK * BLOCK)
        joins = end == begin + ROWS_A_POLL or self.covers(base + end)
        return (begin, end) if begin % ROWS_A_POLL == 0 and end > begin and joins else None

    def covers(self, after: int) -> bool:
        return self.first <= after

    def fresh(self, now: float) -> bool:
        soon = self.state.get("stopping") or self.state.get("pausing")
        return now - self.read < (SOON if soon else FRESH)

    def answer(self, after: int) -> bytes:
        """The rows after a cursor.  One that is ahead of us keeps its place."""
        return _written(self.state, self.rows[after - self.first :], max(after, self.next), False)


class Told(NamedTuple):
    """The body of an answer."""

    body: bytes
    compressed: bool = False


class Polls:
    """`answer` is called on the event loop; `ask` reads the store, in a thread."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._tails: OrderedDict[str, Tail] = OrderedDict()
        self._pasts: OrderedDict[tuple[str, int, int, int], bytes] = OrderedDict()
        self._reading: dict[tuple[str | int, ...], asyncio.Task[bytes | None]] = {}

    async def answer(self, run_id: str, after: int, gzipped: bool = False) -> Told | None:
        """`gzipped`: the reader takes compressed answers."""
        tail = self._tails.get(run_id)
        if gzipped and tail is not None and not tail.covers(after):
            if not tail.fresh(time.monotonic()) and await self._shared(run_id, tail.next) is None:
                return None
            tail = self._tails.get(run_id)
            if tail is not None and (span := tail.past(after)):
                asked = (run_id, int(tail.state["attempt"]), *span)
                past = self._pasts.get(asked) or await self._once(asked, self._past(asked))
                return Told(past, compressed=True) if past else None
        found = await self._latest(run_id, after)
        return None if found is None else Told(found)

    async def _latest(self, run_id: str, after: int) -> bytes | None:
        """JSON of the state and of at most ROWS_A_POLL rows; None where there is no such run.

        Raises UserError when the store cannot be used.
        """
        tail = self._tails.get(run_id)
        if tail is not None and tail.covers(after):
            if not tail.fresh(time.monotonic()):
                if await self._shared(run_id, tail.next) is None:
                    return None
                tail = self._tails.get(run_id)
            if tail is not None and tail.covers(after):
                self._tails.move_to_end(run_id)
                return tail.answer(after)
        return await self._shared(run_id, after)

    async def _shared(self, run_id: str, after: int) -> bytes | None:
        """One read at a time for all who ask the same."""
        return await self._once((run_id, after), self._read(run_id, after))

    async def _once(
        self, asked: tuple[str | int, ...], work: Coroutine[Any, Any, bytes | None]
    ) -> bytes | None:
        reading = self._reading.get(asked)
        if reading is None:
            reading = self._reading[asked] = asyncio.create_task(work)
            reading.add_done_callback(lambda _: self._reading.pop(asked, None))
        else:
            work.close()
        return await asyncio.shield(reading)  # a reader who leaves takes nobody's answer along

    async def _past(self, asked: tuple[str, int, int, int]) -> bytes | None:
        """Rows that will never change, compressed once for all who begin."""
        run_id, attempt, begin, end = asked
        found = await asyncio.to_thread(self._packed, run_id, attempt, begin, end)
        if found is not None:
            for old in [key for key in self._pasts if key[:3] == asked[:3]]:
                del self._pasts[old]  # it ended earlier
            self._pasts[asked] = found
            while sum(map(len, self._pasts.values())) > PAST_BYTES:
                self._pasts.popitem(last=False)
        return found

    def _packed(self, run_id: str, attempt: int, begin: int, end: int) -> bytes | None:
        found = self._asked(run_id, ATTEMPT * (attempt - 1) + begin, end - begin)
        if found is None:
            return None
        state, rows, cursor, _ = found
        return gzip.compress(_written(state, rows, cursor, True), 5)

    async def _read(self, run_id: str, after: int) -> bytes | None:
        """Ask the store, and keep the end of what it says."""
        began = time.monotonic()
        found = await asyncio.to_thread(self._asked, run_id, after, ROWS_A_POLL)
        if found is None:
            self._tails.pop(run_id, None)
            return None
        state, rows, cursor, more = found
        first = cursor - len(rows)  # not `after` where another attempt has begun
        old = self._tails.get(run_id)
        if not more:
            self._keep(run_id, old, Tail(state, first, cursor, rows, began))
        elif old is not None and old.next == after:
            self._tails.pop(run_id)  # long out of date
        return _written(state, rows, cursor, more)

    def _asked(
        self, run_id: str, after: int, most: int
    ) -> tuple[dict[str, Any], list[str], int, bool] | None:
        found = self._ask(run_id, after, most)
        if found is None:
            return None
        rows = [json.dumps(row, separators=(",", ":")) for row in found.pop("rows")]
        return found, rows, found.pop("next"), found.pop("more")

    def _keep(self, run_id: str, old: Tail | None, new: Tail) -> None:
        if old is not None and new.read < old.read:
            return
        if old is not None and old.first <= new.first <= old.next:
            new.rows = old.rows[: new.first - old.first] + new.rows
            new.first = old.first
        surplus = max(0, len(new.rows) - ROWS)
        new.rows, new.first = new.rows[surplus:], new.first + surplus
        self._tails[run_id] = new
        self._tails.move_to_end(run_id)
        while len(self._tails) > RUNS:
            self._tails.popitem(last=False)


def _written(state: dict[str, Any], rows: list[str], cursor: int, more: bool) -> bytes:
    head = json.dumps({**state, "next": cursor, "more": more}, separators=(",", ":"))
    return f'{head[:-1]},"rows":[{",".join(rows)}]}}'.encode()
