"""A full classroom on the live charts: seconds per poll in the application, seconds per page."""

from __future__ import annotations

import asyncio
import time

import psutil

from tests.bench.classroom import room
from tests.bench.classroom.room import percentile
from tests.bench.classroom.stand_in import REAL_PACE
from tests.bench.classroom.streamlit_client import POLL, Polled, Tab
from tests.bench.table import Line
from tests.bench.timing import median
from tests.serving import Server
from tlcore.runs.store.store import Store

SESSIONS, RUNS = 100, 10
ARRIVE = 10.0  # seconds in which the class comes in
SETTLE = 2.0  # seconds for the last page
WATCH = 30.0  # seconds of polls, counted once everyone is in


def lines() -> list[Line]:
    """Ten stand-in runs at the real pace; then as many real trainings as there are cores."""
    found = []
    with room.room(RUNS) as (server, store):
        ids = [room.submit(store, f"bench{n}", n, **room.LONG) for n in range(RUNS)]
        found += measured(
            server,
            store,
            ids,
            f"{RUNS} runs of a stand-in worker (real rows every {1000 * REAL_PACE:.0f} ms)",
        )
    with room.room(None, worker="") as (server, store):
        long = {**room.LONG, "data": "garments", "freeze": 0, "epochs": 40}
        ids = [room.submit(store, f"bench{n}", n, **long) for n in range(room.machine.cpu_slots())]
        found += measured(server, store, ids, f"{len(ids)} real trainings, one on each core")
    return found


def measured(server: Server, store: Store, ids: list[str], runs: str) -> list[Line]:
    room.until(lambda: all(room.status(store, run_id) == "running" for run_id in ids))
    process = psutil.Process(server.process.pid)
    cpu, began = sum(process.cpu_times()[:2]), time.perf_counter()
    told, loads, all_in = asyncio.run(classroom(server, ids, SESSIONS, ARRIVE, WATCH))
    assert all(room.status(store, run_id) == "running" for run_id in ids), "a run ended meanwhile"
    cpu = (sum(process.cpu_times()[:2]) - cpu) / (time.perf_counter() - began)
    answers = [answer for one in told for answer in one.answers if answer[0] > all_in]
    inside = [1000 * answer[1] for answer in answers]
    outside = [1000 * answer[2] for answer in answers]
    errors = [error for one in told for error in one.errors]
    conditions = (
        f"{SESSIONS} sessions on {runs}; each opens the lab by a link to a run, then polls "
        f"{1000 * POLL:.0f} ms after each answer; client on the same cores"
    )
    return [
        Line(
            f"{SESSIONS} sessions: poll, {runs.split(' of ')[0]}",
            f"in the application p50 {median(inside):.1f}, p95 {percentile(inside, 0.95):.1f}, "
            f"p99 {percentile(inside, 0.99):.1f} ms; at the client p95 "
            f"{percentile(outside, 0.95):.0f} ms",
            "p95 ≤ 50 ms",
            f"{conditions}; {len(inside):,} polls ({len(inside) / WATCH:.0f} a second), "
            f"{sum(one.rows for one in told):,} rows, {len(errors)} errors"
            f"{' (' + errors[0] + ')' if errors else ''}; web process {100 * cpu:.0f} % of a core, "
            f"{process.memory_info().rss / 1e6:.0f} MB",
        ),
        Line(
            f"{SESSIONS} sessions: page load, {runs.split(' of ')[0]}",
            f"p50 {median(loads):.2f}, p95 {percentile(loads, 0.95):.2f}, most {max(loads):.2f} s",
            "p95 ≤ 2 s",
            f"HTML, websocket and script run of the lab; the class comes in within {ARRIVE:.0f} s, "
            "those who are in poll already",
        ),
    ]


async def classroom(
    server: Server, ids: list[str], sessions: int, arrive: float, watch: float
) -> tuple[list[Polled], list[float], float]:
    """Everyone comes in and polls: what they were told, seconds per page, when all were in."""
    began = time.perf_counter()
    loads: list[float] = []

    async def attend(number: int) -> Polled:
        run_id, told = ids[number % len(ids)], Polled()
        tab = Tab(server.url, "fine_tune", f"run={run_id}&lang=en")
        await asyncio.sleep(arrive * number / sessions)
        loads.append(await tab.load())
        assert tab.shows(run_id), "the page does not show the run of its link"
        await tab.poll(run_id, began + arrive + SETTLE + watch, told)
        await tab.close()
        return told

    told = await asyncio.gather(*(attend(number) for number in range(sessions)))
    return told, loads, began + arrive + SETTLE
