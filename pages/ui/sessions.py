"""How many sessions wait for their socket to come back: a whole lecture hall, not 128.

When the network of a room fails, every socket drops at once; Streamlit keeps the 128 sessions that
dropped last and forgets the others.  st.App makes its storage itself and offers no setting, so the
default of its one argument is raised.  A test says so when Streamlit changes this.
"""

from __future__ import annotations

import sys

import streamlit as st
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_session_storage import MemorySessionStorage

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


def keep_a_lecture_hall() -> None:
    """Before st.App makes its runtime."""
    _, *others = MemorySessionStorage.__init__.__defaults__ or ()
    MemorySessionStorage.__init__.__defaults__ = (kept(), *others)


def watch_no_files_after_a_drop() -> None:
    """A session that comes back watches every source file, whatever server.fileWatcherType says:
    each of its script runs then walks all modules on the event loop (0.17 s instead of 0.04 s of
    CPU with 100 sessions), and every poll of the charts waits for that."""
    register = AppSession.register_file_watchers

    def where_asked(session: AppSession) -> None:
        if st.get_option("server.fileWatcherType") != "none":
            register(session)

    AppSession.register_file_watchers = where_asked  # type: ignore[method-assign]
