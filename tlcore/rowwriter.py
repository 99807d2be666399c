"""Brings a run's rows to the store in batches while the run goes on.

One write each 80 ms keeps a curve live (a page looks four times a second) and leaves the store
free for others: a run of 1,000 steps a second costs 12 writes a second.
"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from tlcore.runs import Row
from tlcore.store import Store

PAUSE = 0.08  # seconds


class RowWriter:
    """`add` rows; they are written from a thread, the first at once, the rest on leaving.

    A write that fails (UserError, Fenced) is raised by the next `add` or on leaving.
    """

    def __init__(self, store: Store, run_id: str, attempt: int) -> None:
        self._store = store
        self._run = run_id, attempt
        self._written = 0
        self._waiting: list[Row] = []
        self._turn = threading.Lock()
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._keep_writing, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._wake.set()
        self._thread.join()
        if error is None:
            self._write()
            self._raise()

    def add(self, row: Row) -> None:
        self._raise()
        with self._turn:
            self._waiting.append(row)
        self._wake.set()

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error

    def _keep_writing(self) -> None:
        while not self._closing.is_set() and self._error is None:
            self._wake.wait()
            self._wake.clear()
            try:
                self._write()
            except BaseException as error:  # noqa: B036 (handed over to the thread of the run)
                self._error = error
            self._closing.wait(PAUSE)

    def _write(self) -> None:
        with self._turn:
            batch, self._waiting = self._waiting, []
        if batch:
            self._store.append(*self._run, self._written, batch)
            self._written += len(batch)
