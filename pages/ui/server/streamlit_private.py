"""Names of Streamlit that it does not promise to keep, each with the public thing it stands for.

No other module of the app takes anything from inside Streamlit.  Written against 1.67;
tests/pages/ui/server/test_streamlit_private.py speaks up when a release moves one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sized
from typing import Any, Protocol

import streamlit as st
from streamlit import runtime
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.pages_manager import PagesManager

# The type of a column or container, for signatures.  Would be: a name for it in `st`.
Place = DeltaGenerator

# Would be: middleware that is told which of Streamlit's own routes it stands before.
METRICS = "/_stcore/metrics"  # the server's own figures
UPLOAD = "/_stcore/upload_file"  # PUT <UPLOAD>/<session>/<file>


class Kept(Protocol):
    data: Sized


def take_pages_for_modules() -> None:
    """Until the first visitor's st.navigation, Streamlit takes the folder pages/ for its old kind
    of multipage app, and answers a link to a page on a fresh server with "page not found".

    Would be: st.App(pages=…), or an option that turns the old kind off.
    """
    PagesManager.uses_pages_directory = False


def keep_sessions(count: int) -> None:
    """How many sessions wait for their socket to come back.  Before st.App makes its runtime,
    which makes its storage itself: the default of that one's argument is changed.

    Would be: an option beside server.disconnectedSessionTTL.
    """
    _, *others = MemorySessionStorage.__init__.__defaults__ or ()
    MemorySessionStorage.__init__.__defaults__ = (count, *others)


def watch_no_files_after_a_drop() -> None:
    """A session that comes back watches every source file, whatever server.fileWatcherType says:
    each of its script runs then walks all modules on the event loop (0.17 s instead of 0.04 s of
    CPU with 100 sessions), and every poll of the charts waits for that.

    Would be: server.fileWatcherType = "none" heeded there, too.
    """
    register = AppSession.register_file_watchers

    def where_asked(session: AppSession) -> None:
        if st.get_option("server.fileWatcherType") != "none":
            register(session)

    AppSession.register_file_watchers = where_asked  # type: ignore[method-assign]


def uploads() -> Mapping[str, Mapping[str, Kept]]:
    """What Streamlit holds: {session: {file id: file}}.

    Would be: a bound for all files of a session beside server.maxUploadSize.
    """
    manager: Any = runtime.get_instance().uploaded_file_mgr
    return {session: dict(files) for session, files in list(manager.file_storage.items())}
