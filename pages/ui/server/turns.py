"""A few page scripts at a time; the others wait in line.

Streamlit gives every script run a thread, and all threads share one interpreter lock: when a class
reloads at once, sixty scripts would slow each other and every poll of the live charts, and all
would end together at the last moment.  In turns the first page is there after a moment, and the
polls wait for AT_ONCE threads instead of sixty.  Fragments run outside the turns.
"""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager

AT_ONCE = 4  # more than one, because a script also waits for the store

_turns = threading.BoundedSemaphore(AT_ONCE)


def one() -> AbstractContextManager[object]:
    """Enter to begin, leave to let the next begin; whoever came first goes first."""
    return _turns
