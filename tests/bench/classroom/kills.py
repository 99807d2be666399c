"""A thousand `kill -9` at random moments: what became of every run that was acknowledged.

Workers, dispatchers and web processes are killed while readers submit and leave.  A run is
acknowledged when its id was returned: by the store, or by a click on "start" in a page of the web
process that is being killed.  The worker has no torch; child, executor, dispatcher, row writer,
store and Streamlit are the real ones, started by README's command and by `dispatch.start`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import psutil
import sqlalchemy as sa

from tests.bench.classroom import room, stand_in
from tests.bench.classroom.aftermath import Aftermath
from tests.bench.classroom.streamlit_client import Tab
from tests.bench.table import Line
from tests.serving import free_port, ours, start
from tlcore.ground.errors import UserError
from tlcore.runs import dispatch, holder
from tlcore.runs.run import ENDED
from tlcore.runs.store.store import Store
from tlcore.runs.store.tables import runs

WORKERS, DISPATCHERS, WEBS = 600, 300, 100
SECONDS = 480.0  # over which they are spread
STEP = 0.01  # seconds; a run has 40 steps
SHORT = {"train_size": 40, "batch": 4, "epochs": 4}
QUEUE = 6  # runs that wait or run at a time
LEAVE = 0.1  # share of the runs that their reader leaves
LOOK = 0.2  # seconds between looks for a dispatcher: this process stands for many readers
PATIENCE = 60.0  # seconds without one more run that ended, once the killing is over


class Class:
    """One data folder, its web process, who submits, who kills."""

    def __init__(self, place: Path, seed: int) -> None:
        self.place, self.folder = place, place / "data"
        self.draw = random.Random(seed)
        self.over = threading.Event()
        self.told = Aftermath()
        self.port = free_port()
        self.web: subprocess.Popen[bytes] | None = None
        self.store = Store(self.folder / "store.db")
        self.number = iter(range(10**9))  # seeds: no two specs are the same

    def start_web(self) -> None:
        self.web = start(self.folder, self.port, self.place / "server.log")

    # Who kills

    def kill_web(self) -> bool:
        assert self.web is not None
        self.web.kill()
        self.web.wait()
        self.start_web()
        return True

    def kill_dispatcher(self) -> bool:
        process = self.dispatcher()
        if process is None:
            return False
        try:
            process.kill()
        except psutil.Error:
            return False
        return True

    def dispatcher(self) -> psutil.Process | None:
        signed = holder.signed(self.folder)
        return signed and holder.process_of(signed)

    def kill_worker(self) -> bool:
        """Nine times of ten one that has a run, else any, also one just born."""
        dispatcher = self.dispatcher()
        if dispatcher is None:
            return False
        try:
            workers = [w for child in dispatcher.children() for w in child.children()]
            busy = [w for w in workers if w.num_threads() > 2]  # row writer, pipe
            chosen = self.draw.choice(busy if busy and self.draw.random() < 0.9 else workers)
            chosen.kill()
        except (IndexError, psutil.Error):
            return False
        return True

    def keep_killing(self, name: str, kill: Callable[[], bool], count: int, seconds: float) -> None:
        """At random moments: the pauses between them are exponential."""
        draw = random.Random(name)
        began = time.monotonic()
        while self.told.killed[name] < count and time.monotonic() - began < 5 * seconds:
            left = max(1.0, seconds - (time.monotonic() - began))
            mean = left / max(1, count - self.told.killed[name])
            if self.over.wait(min(3 * mean, draw.expovariate(1 / mean))):
                return
            if kill():
                self.told.killed[name] += 1

    # Who wants runs

    def submit(self) -> None:
        """Readers at the store, as the web process is one: keeps a few runs waiting."""
        while not self.over.is_set():
            with contextlib.suppress(UserError):
                if not holder.alive(self.folder):
                    dispatch.ensure(self.folder)
                active = [r for r in list(self.told.acknowledged) if not self._ended(r)]
                if len(active) < QUEUE:
                    number = next(self.number)
                    user = f"reader{number}"
                    run_id = room.submit(self.store, user, number, **SHORT)
                    self.told.acknowledged[run_id] = user
                elif self.draw.random() < LEAVE:
                    run_id = self.draw.choice(active)
                    self.store.leave(run_id, self.told.acknowledged[run_id])
            self.over.wait(0.05)

    def _ended(self, run_id: str) -> bool:
        """Also watches that what has ended stays as it ended."""
        if run_id in self.told.ended:
            return True
        run = self.store.run(run_id)
        if run is not None and run.status in ENDED:
            self.told.ended[run_id] = run.status
        return run_id in self.told.ended

    def click(self) -> None:
        """A reader in a page of the web process that is killed."""
        asyncio.run(self._click())

    async def _click(self) -> None:
        url = f"http://127.0.0.1:{self.port}"
        settings = "&".join(f"{name}={value}" for name, value in SHORT.items())
        while not self.over.is_set():
            tab = Tab(url, "fine_tune", f"{settings}&seed={next(self.number)}&lang=en")
            with contextlib.suppress(Exception):  # killed in the middle: nothing was acknowledged
                await tab.load()
                await tab.rerun(click="fine_tune.start")
                for run_id in tab.shown():
                    self.told.acknowledged[run_id] = tab.user
                    self.told.clicked += 1
            await tab.close()
            await asyncio.sleep(0.5)


def lines() -> list[Line]:
    told = kill(WORKERS, DISPATCHERS, WEBS, SECONDS)
    return [
        Line(
            f"{sum(told.killed.values()):,} `kill -9`",
            told.verdict(),
            "none lost, none finished twice",
            f"{told.killed['worker']} of workers, {told.killed['dispatcher']} of dispatchers, "
            f"{told.killed['web']} of the web process, at random moments of {told.seconds:.0f} s; "
            f"{told.detail()}; stand-in worker without torch ({1000 * STEP:.0f} ms a step, 40 "
            "steps), real child, executor, dispatcher, store and Streamlit",
        )
    ]


def kill(workers: int, dispatchers: int, webs: int, seconds: float, seed: int = 0) -> Aftermath:
    """Kill so many of each within about `seconds`; wait for the last run; look at every run."""
    began = time.monotonic()
    with _class(seed) as here:
        here.start_web()
        room.until(lambda: here.store.profile("clothing") is not None)
        killers = [
            threading.Thread(target=here.keep_killing, args=(name, act, count, seconds))
            for name, act, count in (
                ("worker", here.kill_worker, workers),
                ("dispatcher", here.kill_dispatcher, dispatchers),
                ("web", here.kill_web, webs),
            )
        ]
        readers = [threading.Thread(target=work) for work in (here.submit, here.click)]
        for thread in (*readers, *killers):
            thread.start()
        for thread in killers:
            thread.join()
        here.over.set()
        for thread in readers:
            thread.join()
        here.told.seconds = time.monotonic() - began
        _wait_for_the_last(here)
        here.told.look(here.store)
    return here.told


def _wait_for_the_last(here: Class) -> None:
    """As long as runs end: clicks that nobody acknowledged are in the same line, and go first."""
    began, ended = time.monotonic(), -1
    while time.monotonic() - began < PATIENCE:  # who has not ended by then is told as lost
        dispatch.ensure(here.folder)
        if all(map(here._ended, list(here.told.acknowledged))):
            return
        if (now := here.store.database.read(_count_of_ended)) != ended:
            began, ended = time.monotonic(), now
        time.sleep(0.2)


def _count_of_ended(connection: sa.Connection) -> int:
    query = sa.select(sa.func.count()).where(runs.c.status.in_(sorted(ENDED)))
    return int(connection.execute(query).scalar_one())


@contextlib.contextmanager
def _class(seed: int) -> Iterator[Class]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        worker = {"TL_WORKER": stand_in.TARGET, stand_in.STEP: str(STEP)}
        with (
            room.environment({**worker, "TL_DATA_DIR": str(Path(place) / "data")}),
            mock.patch.object(dispatch, "CHECK", LOOK),
        ):
            here = Class(Path(place), seed)
            try:
                yield here
            finally:
                here.over.set()
                here.store.close()
                for process in ours(here.folder):
                    if process.pid != os.getpid():
                        with contextlib.suppress(psutil.Error):
                            process.kill()
                if here.web is not None:
                    here.web.wait()
