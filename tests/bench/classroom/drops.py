"""The network of a lecture hall fails: every socket drops at once; seconds until all are back."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field

import psutil

from tests.bench.classroom import room
from tests.bench.classroom.room import percentile
from tests.bench.classroom.streamlit_client import Tab
from tests.bench.table import Line
from tests.bench.timing import median

SESSIONS, RUNS = 300, 10
ARRIVE = 40.0  # seconds in which they come in


@dataclass
class Return:
    """Seconds from the drop until each tab was back, and what was wrong with those who were not."""

    seconds: list[float] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def line(self, claim: str, sessions: int, conditions: str) -> Line:
        told = f"{len(self.seconds)} of {sessions} back on their run"
        if self.seconds:
            told += (
                f"; p50 {median(self.seconds):.2f}, p95 {percentile(self.seconds, 0.95):.2f}, "
                f"last {max(self.seconds):.2f} s"
            )
        if self.missing:
            told += f"; {self.missing[0]}"
        return Line(claim, told, "all within 3 s", conditions)


def lines(sessions: int = SESSIONS, arrive: float = ARRIVE) -> list[Line]:
    with room.room(RUNS) as (server, store):
        ids = [room.submit(store, f"bench{n}", n, **room.LONG) for n in range(RUNS)]
        room.until(lambda: all(room.status(store, run_id) == "running" for run_id in ids))
        process = psutil.Process(server.process.pid)
        before = process.memory_info().rss / 1e6
        resumed, reloaded, held = asyncio.run(
            _lecture(server.url, ids, sessions, arrive, lambda: process.memory_info().rss / 1e6)
        )
    memory = f"web process {before:.0f} MB before, {held[0]:.0f} MB with {sessions} sessions"
    common = (
        f"{sessions} sessions on {RUNS} runs of a stand-in worker; every transport aborted in one "
        "moment; client on the same cores"
    )
    return [
        resumed.line(
            f"{sessions} sockets dropped: the session goes on",
            sessions,
            "as a browser does: health, host-config, websocket with the session's id, next rows of "
            f"the run; then a script run shows the same session and run; {common}; {memory}, "
            f"{held[1]:.0f} MB after",
        ),
        reloaded.line(
            f"{sessions} sockets dropped: every page reloaded",
            sessions,
            "new session with the old cookie and link: HTML, websocket, script run, rows; "
            f"{common}; web process {held[2]:.0f} MB after",
        ),
    ]


async def _lecture(server, ids, sessions, arrive, memory):  # type: ignore[no-untyped-def]
    everyone = [
        Tab(server, "fine_tune", f"run={ids[n % len(ids)]}&lang=en") for n in range(sessions)
    ]

    async def come_in(number: int, tab: Tab) -> None:
        await asyncio.sleep(arrive * number / max(1, sessions))
        await tab.load()
        assert tab.shows(_run(tab)), "the page does not show the run of its link"
        await _rows(tab)

    await asyncio.gather(*(come_in(n, tab) for n, tab in enumerate(everyone)))
    held = [memory()]
    await asyncio.gather(*map(_rows, everyone))  # charts are up to date when the network fails
    resumed = await _all_back(everyone, _resume)
    resumed.missing += await _strangers(everyone)
    del resumed.seconds[sessions - len(resumed.missing) :]
    held.append(memory())
    reloaded = await _all_back(everyone, _reload)
    held.append(memory())
    await asyncio.gather(*(tab.close() for tab in everyone))
    return resumed, reloaded, held


async def _strangers(everyone):  # type: ignore[no-untyped-def]
    """After the clock has stopped, a few at a time: is it the same session, on the same run?"""
    few, found = asyncio.Semaphore(8), []

    async def look(tab: Tab) -> None:
        known = tab.session
        async with few:
            try:
                await tab.rerun()
            except Exception as error:
                found.append(repr(error)[:200])
                return
        if tab.session != known:
            found.append("a new session instead of the old one")
        elif not tab.shows(_run(tab)):
            found.append("a session without its run")

    await asyncio.gather(*map(look, everyone))
    return found


async def _all_back(everyone, way) -> Return:  # type: ignore[no-untyped-def]
    """Drop every socket at once; each tab comes back in its own time."""
    found = Return()
    for tab in everyone:
        tab.drop()
    began = time.perf_counter()

    async def back(tab: Tab) -> None:
        try:
            await way(tab)
        except Exception as error:
            found.missing.append(repr(error)[:200])
        else:
            found.seconds.append(time.perf_counter() - began)

    await asyncio.gather(*map(back, everyone))
    return found


async def _resume(tab: Tab) -> None:
    await tab.reconnect()
    await _rows(tab)


async def _reload(tab: Tab) -> None:
    tab.session, tab.cursor = "", 0
    await tab.load()
    if not tab.shows(_run(tab)):
        raise LookupError("the reloaded page does not show its run")
    await _rows(tab)


async def _rows(tab: Tab) -> None:
    answer = await tab.ask(_run(tab))
    if answer.status != 200 or json.loads(answer.body)["status"] != "running":
        raise LookupError(f"the run's rows answered {answer.status}")
    tab.cursor = json.loads(answer.body)["next"]


def _run(tab: Tab) -> str:
    return tab.query.partition("run=")[2].partition("&")[0]
