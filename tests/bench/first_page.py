"""From nothing to a page: the server's start, and what its process holds afterwards."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import psutil

from tests import chromium
from tests.bench import page
from tests.bench.table import Line
from tests.bench.timing import spread
from tests.serving import serving

STARTS = 3
VISITORS = 3  # each opens every page


def lines() -> list[Line]:
    answered, delivered, seen = [], [], []
    with chromium.tab() as tab:
        for _ in range(STARTS):
            with tempfile.TemporaryDirectory() as place:
                began = time.perf_counter()
                with serving(Path(place), wait=False) as server:
                    page.first_answer(server.url)
                    answered.append(time.perf_counter() - began)
                    page.visit(server.url, "home")
                    delivered.append(time.perf_counter() - began)
        if tab:
            for _ in range(STARTS):
                with tempfile.TemporaryDirectory() as place:
                    began = time.perf_counter()
                    with serving(Path(place), wait=False) as server:
                        page.first_answer(server.url)
                        tab.goto(server.url, wait_until="commit")
                        tab.get_by_role("heading", level=1).first.wait_for()
                        seen.append(time.perf_counter() - began)
    heading = f"; its heading seen in Chromium {spread(seen)} s" if seen else ""
    return [
        Line(
            "server start to first page",
            f"{spread(delivered)} s{heading}",
            "≤ 2 s",
            f"fresh data folder; `streamlit run` to the home page's script run delivered over the "
            f"websocket (`/` answers 200 after {spread(answered)} s); {STARTS} starts, "
            "dispatcher and workers starting meanwhile",
        ),
        memory(),
    ]


def memory() -> Line:
    """What the web process holds once every page was seen."""
    with tempfile.TemporaryDirectory() as place, serving(Path(place)) as server:
        for _ in range(VISITORS):
            for name in page.PAGES:
                page.visit(server.url, name)
        page.get(f"{server.url}/vendor/plotly.min.js")
        process = psutil.Process(server.process.pid)
        held = process.memory_info().rss / 1e6
        loaded = {Path(part.path).name for part in process.memory_maps() if "torch" in part.path}
    return Line(
        "web process without torch",
        f"{held:.0f} MB, {', '.join(sorted(loaded)) or 'no library of torch'} loaded",
        "≤ 250 MB",
        f"RSS (10^6 bytes) after {VISITORS} visitors saw each of {len(page.PAGES)} pages; "
        "libraries read from the process's memory map",
    )
