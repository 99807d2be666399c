"""What the charts poll, read from the store once for everyone who watches the same run.

Ten readers of one run ask thirty times a second and get the same rows; the store is asked at most
every FRESH seconds, by whoever comes first, and the others wait for that answer.  Rows are kept as
the JSON they are sent as.  Only the end of a run is kept: who is further behind reads the store.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

FRESH = 0.1  # seconds; a worker writes every 0.08 s
SOON = 0.02  # the same while a run is asked to stop or to pause: its reader waits for the word
ROWS = 500  # rows kept of a run: 0.5 MB, half a minute at fifteen steps a second
RUNS = 64  # runs kept; the one asked for longest ago goes
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

    def covers(self, after: int) -> bool:
        return self.first <= after

    def fresh(self, now: float) -> bool:
        soon = self.state.get("stopping") or self.state.get("pausing")
        return now - self.read < (SOON if soon else FRESH)

    def answer(self, after: int) -> bytes:
        """The rows after a cursor.  One that is ahead of us keeps its place."""
        return _written(self.state, self.rows[after - self.first :], max(after, self.next), False)


class Polls:
    """`answer` is called on the event loop; `ask` reads the store, in a thread."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._tails: OrderedDict[str, Tail] = OrderedDict()
        self._reading: dict[tuple[str, int], asyncio.Task[bytes | None]] = {}

    async def answer(self, run_id: str, after: int) -> bytes | None:
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
        asked = run_id, after
        reading = self._reading.get(asked)
        if reading is None:
            reading = self._reading[asked] = asyncio.create_task(self._read(run_id, after))
            reading.add_done_callback(lambda _: self._reading.pop(asked, None))
        return await asyncio.shield(reading)  # a reader who leaves takes nobody's answer along

    async def _read(self, run_id: str, after: int) -> bytes | None:
        """Ask the store, and keep the end of what it says."""
        began = time.monotonic()
        found = await asyncio.to_thread(self._asked, run_id, after)
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

    def _asked(self, run_id: str, after: int) -> tuple[dict[str, Any], list[str], int, bool] | None:
        found = self._ask(run_id, after, ROWS_A_POLL)
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
