"""How many sessions wait for their socket to come back: a whole lecture hall, not 128.

When the network of a room fails, every socket drops at once; Streamlit keeps the 128 sessions that
dropped last and forgets the others.
"""

from __future__ import annotations

import sys

if sys.platform == "win32":  # no such limit there
    resource = None
else:
    import resource

KEPT = 512  # at most, for `server.disconnectedSessionTTL` seconds
WANTED = 8192  # open files of this process; a shell usually allows 256 (macOS) to 1,024
HELD = 4  # of them by a session that is kept (an event loop of its own, and what wakes it)


def make_room_for_sockets() -> None:
    """Raise this process's soft limit of open files as far as it may, up to WANTED."""
    if resource is not None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def kept() -> int:
    """Sessions to keep: KEPT, and no more than half of the open files can hold."""
    return min(KEPT, open_files() // (2 * HELD))


def open_files() -> int:
    """How many this process may have."""
    if resource is None:
        return WANTED
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return WANTED if soft == resource.RLIM_INFINITY else soft
