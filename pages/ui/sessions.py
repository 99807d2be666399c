"""How many sessions wait for their socket to come back: a whole lecture hall, not 128.

When the network of a room fails, every socket drops at once; Streamlit keeps the 128 sessions that
dropped last and forgets the others.  st.App makes its storage itself and offers no setting, so the
default of its one argument is raised.  A test says so when Streamlit changes this.
"""

from __future__ import annotations

from streamlit.runtime.memory_session_storage import MemorySessionStorage

KEPT = 512  # for `server.disconnectedSessionTTL` seconds


def keep_a_lecture_hall() -> None:
    """Before st.App makes its runtime."""
    _, *others = MemorySessionStorage.__init__.__defaults__ or ()
    MemorySessionStorage.__init__.__defaults__ = (KEPT, *others)
