"""A visitor without a browser: asks for pages over Streamlit's websocket, as its client does."""

from __future__ import annotations

import contextlib
import json
import time
import urllib.request
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

PAGES = ("home", "why_transfer", "matrix", "fine_tune")
PATIENCE = 60.0


def get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=10) as answer:
        found: bytes = answer.read()
        return found


def rows(server: str, run_id: str, after: int = 0) -> dict[str, Any]:
    """What the charts poll."""
    found: dict[str, Any] = json.loads(get(f"{server}/api/runs/{run_id}?after={after}"))
    return found


def first_answer(server: str) -> None:
    """Return when `/` answers."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            get(f"{server}/")
            return
        time.sleep(0.01)
    raise TimeoutError(server)


def visit(server: str, name: str) -> int:
    """One visitor opens one page; returns how many elements its script delivered."""
    address = server.replace("http", "ws", 1) + "/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None) as socket:  # type: ignore[list-item]
        asked = BackMsg()
        asked.rerun_script.page_name = name
        asked.rerun_script.query_string = "lang=en"
        socket.send(asked.SerializeToString())
        elements = 0
        while True:
            told = ForwardMsg()
            told.ParseFromString(bytes(socket.recv(timeout=PATIENCE)))  # type: ignore[arg-type]
            kind = told.WhichOneof("type")
            elements += kind == "delta"
            if (
                kind == "script_finished"
                and told.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
            ):
                return elements
