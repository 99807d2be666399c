"""A line of the log that comes again within a minute is counted, not written.

Without it one machine that holds all descriptors writes the same line 700,000 times."""

from __future__ import annotations

import logging
import threading
import time

AGAIN = 60.0  # seconds
MOST = 1_000  # different lines that are remembered


class Repeats(logging.Filter):
    """Lets the first of equal lines pass; the next one after AGAIN tells how many there were."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[tuple[str, int, int], tuple[float, int]] = {}
        self._turn = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        raised = record.exc_info[1] if record.exc_info else None
        key = record.name, record.levelno, hash(f"{record.msg} {raised!r}")
        now = time.monotonic()
        with self._turn:
            since, more = self._seen.pop(key, (now, -1))
            if more >= 0 and now - since < AGAIN:
                self._seen[key] = since, more + 1
                return False
            self._seen[key] = now, 0
            if len(self._seen) > MOST:
                del self._seen[next(iter(self._seen))]
        if more > 0:
            record.msg = f"{record.getMessage()} ({more:,} times more since {now - since:.0f} s)"
            record.args = None
        return True


_REPEATS = Repeats()


def count(*loggers: logging.Logger) -> None:
    """In these, or in each that there is by now: a filter hears what its own logger is told."""
    for found in loggers or [logging.root, *logging.root.manager.loggerDict.values()]:
        if isinstance(found, logging.Logger):
            found.addFilter(_REPEATS)  # once, however often it is called
