"""The same attack on two checkouts: as it was before (TL_BENCH_BEFORE, a folder), and this one.

An attack is a function of the checkout's folder; it starts that checkout's app and nothing of it is
imported here, so a checkout from before a mend can be attacked by what was written after it.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.serving import Server, serving
from tlcore.ground.paths import ROOT

BEFORE = "TL_BENCH_BEFORE"
PATIENCE = 30.0  # seconds that a visitor waits for a page
MB = 2**20


def both(attack: Callable[[Path], str]) -> str:
    """What was measured; of two checkouts: before, and now."""
    told = []
    before = os.environ.get(BEFORE)
    for name, root in (("before", Path(before or "")), ("now", ROOT)):
        if name == "now" or before:
            try:
                told.append(f"{name}: {attack(root)}")
            except Exception as error:
                told.append(f"{name}: not measured ({type(error).__name__}: {error})"[:160])
    return "; ".join(told) if before else told[0].removeprefix("now: ")


@contextlib.contextmanager
def app(root: Path, soft: int = 0, hard: int = 0, **told: str) -> Iterator[Server]:
    """The app of that checkout, with a limit of open files and with more in its environment."""
    with tempfile.TemporaryDirectory() as place:
        limit = f"ulimit -Sn {soft}; ulimit -Hn {hard}; " if soft else ""
        with serving(Path(place), root=root, before=limit, told=told) as server:
            yield server


def call(root: Path, code: str, timeout: float = 120.0, **told: str) -> str:
    """What a Python of that checkout prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=True,
    )
    return done.stdout.strip()


class Page:
    """One page that is open, as a browser has it; `says`: headers."""

    def __init__(self, server: Server, name: str, query: str = "lang=en", **says: str) -> None:
        self.name, self.query, self.payload, self.session = name, query, b"", ""
        self.socket = connect(
            f"{server.url.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            additional_headers={k.replace("_", "-"): v for k, v in says.items()},
            max_size=None,
            open_timeout=PATIENCE,
        )

    def draw(self, change: Callable[[Any], None] = lambda _: None) -> float:
        """One script run; seconds.  `change` fills in the states of widgets."""
        began = time.monotonic()
        asked = BackMsg()
        asked.rerun_script.page_name, asked.rerun_script.query_string = self.name, self.query
        change(asked.rerun_script.widget_states.widgets)
        self.socket.send(asked.SerializeToString())
        parts = []
        while time.monotonic() - began < PATIENCE:
            parts.append(bytes(self.socket.recv(timeout=PATIENCE)))  # type: ignore[arg-type]
            told = ForwardMsg.FromString(parts[-1])
            kind = told.WhichOneof("type")
            if kind == "new_session":
                self.session = told.new_session.initialize.session_id or self.session
            if (
                kind == "script_finished"
                and told.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
            ):
                self.payload = b"".join(parts)
                return time.monotonic() - began
        raise TimeoutError

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.socket.close()


def newcomer(server: Server) -> str:
    """How long somebody waits who comes now."""
    began = time.monotonic()
    try:
        urllib.request.urlopen(f"{server.url}/", timeout=PATIENCE).close()
        page = Page(server, "home")
        page.draw()
        page.close()
    except Exception as error:
        return f"a newcomer is refused ({type(error).__name__})"
    return f"a newcomer has a page after {time.monotonic() - began:.1f} s"


def at_once(work: Callable[[int], None], count: int, wait: float = PATIENCE) -> None:
    threads = [threading.Thread(target=work, args=(n,), daemon=True) for n in range(count)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + wait
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
