"""Stop, under the load of a class: seconds until the route says "cancelled"."""

from __future__ import annotations

import asyncio
import collections
import json
import random
import time

from tests.bench.classroom import room
from tests.bench.classroom.room import percentile
from tests.bench.classroom.stand_in import REAL_PACE
from tests.bench.classroom.streamlit_client import POLL, Http, Polled, Tab
from tests.bench.table import Line
from tests.bench.timing import median
from tests.serving import Server
from tlcore.runs.store.store import Store

CANCELS, SESSIONS, RUNS, READERS = 300, 40, 10, 4
LOOK = 0.01  # seconds between two looks of the reader who waits
PATIENCE = 20.0


def lines(cancels: int = CANCELS, sessions: int = SESSIONS) -> list[Line]:
    with room.room(RUNS + READERS) as (server, store):
        ids = [room.submit(store, f"bench{n}", n, **room.LONG) for n in range(RUNS)]
        room.until(lambda: all(room.status(store, run_id) == "running" for run_id in ids))
        waits, before = asyncio.run(measured(server, store, ids, cancels, sessions))
    wait = [1000 * seconds for seconds in waits]
    told = ", ".join(f"{count} {status}" for status, count in before.most_common())
    return [
        Line(
            f"{cancels} cancels under load",
            f"told on the route after p50 {median(wait):.0f}, p99 {percentile(wait, 0.99):.0f}, "
            f"most {max(wait):.0f} ms",
            "p99 ≤ 300 ms",
            f"{sessions} sessions poll {RUNS} runs of a stand-in worker ({1000 * REAL_PACE:.0f} ms "
            f"a step), {READERS} more readers start a run and leave it after 0 to 1 s ({told}); "
            f'from the call that leaves to "cancelled", asked every {1000 * LOOK:.0f} ms; client '
            "on the same cores",
        )
    ]


async def measured(
    server: Server, store: Store, ids: list[str], cancels: int, sessions: int
) -> tuple[list[float], collections.Counter[str]]:
    waits: list[float] = []
    before: collections.Counter[str] = collections.Counter()
    over = asyncio.Event()

    async def watch(number: int) -> None:
        run_id = ids[number % len(ids)]
        tab = Tab(server.url, "fine_tune", f"run={run_id}&lang=en")
        await tab.load()
        while not over.is_set():
            await tab.poll(run_id, time.perf_counter() + POLL, Polled())
        await tab.close()

    async def start_and_leave(number: int) -> None:
        http, draw, user = Http(server.url), random.Random(number), f"leaver{number}"
        for turn in range(number, cancels, READERS):
            run_id = await asyncio.to_thread(
                room.submit, store, user, 1000 + turn, train_size=2_000, epochs=20
            )
            await asyncio.sleep(draw.random())
            before[(await _ask(http, run_id))] += 1
            began = time.perf_counter()
            await asyncio.to_thread(store.leave, run_id, user)
            while await _ask(http, run_id) != "cancelled":
                if time.perf_counter() - began > PATIENCE:
                    raise TimeoutError(run_id)
                await asyncio.sleep(LOOK)
            waits.append(time.perf_counter() - began)
        http.close()

    watchers = [asyncio.create_task(watch(number)) for number in range(sessions)]
    await asyncio.sleep(sessions / 20)  # they have come in
    await asyncio.gather(*map(start_and_leave, range(READERS)))
    over.set()
    await asyncio.gather(*watchers)
    return waits, before


async def _ask(http: Http, run_id: str) -> str:
    answer = await http.get(f"/api/runs/{run_id}")
    status: str = json.loads(answer.body)["status"]
    return status
