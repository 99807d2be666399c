"""Brings a run's rows to the store in batches while the run goes on.

One write each 80 ms keeps a curve live (a page looks four times a second) and leaves the store
free for others: a run of 1,000 steps a second costs 12 writes a second.
"""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self

from tlcore.ground.disk import NO_ROOM
from tlcore.ground.errors import UserError
from tlcore.runs.run import Row
from tlcore.runs.store.store import Store
from tlcore.training import feature_files

PAUSE = 0.08  # seconds
PATIENCE = 60.0  # seconds that a run goes on while another program (a backup) holds the store
# Troubles that end without the run.
PASSING = (*NO_ROOM, "store.locked", "store.damaged", "machine.spent")


class RowWriter:
    """`add` rows; they are written from a thread, the first at once, the rest on leaving.

    A write that fails (UserError, Fenced) is raised by the next `add` or on leaving; while the
    store is only busy, being repaired or the disk is full, rows wait and the run goes on.
    """

    def __init__(self, store: Store, run_id: str, attempt: int, written: int = 0) -> None:
        """`written`: rows that a run has in the store already, when it goes on after a pause."""
        self._store = store
        self._run = run_id, attempt
        self._written = written
        self._waiting: list[Row] = []
        self._turn = threading.Lock()
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._error: BaseException | None = None
        self._busy_since: float | None = None
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
            self._raise()
            while self._waiting:
                self._write()

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
        if not batch:
            return
        try:
            self._store.append(*self._run, self._written, batch)
        except UserError as error:
            self._wait_for(error)
            with self._turn:
                self._waiting = batch + self._waiting
            self._wake.set()
        else:
            self._busy_since = None
            self._written += len(batch)

    def _wait_for(self, error: UserError) -> None:
        """Raise what waiting does not mend."""
        now = time.monotonic()
        self._busy_since = self._busy_since or now
        if error.key in NO_ROOM:
            feature_files.make_room(self._store.path.parent / "cache")
        if error.key not in PASSING or now - self._busy_since > PATIENCE:
            raise error
        time.sleep(PAUSE)
